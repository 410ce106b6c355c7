"""TIFF: its labels, and a copy in which only what was touched differs."""
