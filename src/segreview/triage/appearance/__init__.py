"""A second opinion fitted on the spot: how objects look, learnt from the user's own annotations."""
