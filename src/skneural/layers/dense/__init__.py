"""Dense layers, whose outputs are products with a matrix."""
