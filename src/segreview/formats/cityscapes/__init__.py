"""Cityscapes: ids, polygons and predictions."""
