"""Windows of their own that ask or explain."""
