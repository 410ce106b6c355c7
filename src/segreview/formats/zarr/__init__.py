"""OME-Zarr: labels in chunks, in several sizes."""
