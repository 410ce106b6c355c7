"""How two label images differ: overlaps, matches, disagreements and their heatmap."""
