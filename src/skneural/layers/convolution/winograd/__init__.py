"""Convolutions with filters of 3 x 3 by Winograd's minimal filtering."""
