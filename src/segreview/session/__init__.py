"""The review itself: the only room whose objects change."""
