"""JSON texts in which some values are exchanged, and the rest stays as it was typed."""
