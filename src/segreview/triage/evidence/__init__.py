"""What image, annotation and model say of one object: figures from which suspicion is made."""
