"""PNG: labels as grey values, palette indices and colours."""
