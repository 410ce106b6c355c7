"""Formats that keep a list of drawn objects."""
