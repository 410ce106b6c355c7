"""Objects with a mask each: in files of a folder, or on pages of a TIFF."""
