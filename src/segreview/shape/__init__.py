"""Geometry of masks, on crops: outlines, connected regions, balls; numpy, scipy and scikit-image."""
