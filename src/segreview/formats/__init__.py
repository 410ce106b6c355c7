"""How labels come in and go back out: one file per format, one registry, nothing else changed."""
