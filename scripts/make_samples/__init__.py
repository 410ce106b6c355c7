"""The program's own samples, drawn by a deterministic script: nothing is copied from any data set."""
