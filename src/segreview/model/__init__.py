"""What things are: boxes, labels, classes, samples and edits; numpy and frozen dataclasses only."""
