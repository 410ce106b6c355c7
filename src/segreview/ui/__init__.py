"""The window: everything that knows napari or Qt."""
