"""What is made of whole data sets: their figures, as tables, JSON, CSV and JUnit."""
