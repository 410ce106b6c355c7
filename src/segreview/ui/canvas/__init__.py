"""What is seen of a review in napari's viewer: layers, outlines, and the way of a stroke."""
