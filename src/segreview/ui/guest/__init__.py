"""segreview as a guest in someone's own napari."""
