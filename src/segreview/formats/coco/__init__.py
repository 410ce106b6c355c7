"""COCO: instances, results and panoptic segments, an image of a file of many."""
