"""Suspicion of class labels: whether each place is of the class that the annotation gives it."""
