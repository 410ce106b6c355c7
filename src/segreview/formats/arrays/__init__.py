"""NumPy files, and the pickles of cellpose."""
