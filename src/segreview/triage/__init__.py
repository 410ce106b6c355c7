"""What to look at first, and who is likely wrong."""
