"""Hopfield networks: memories that recall a stored pattern from a part of it."""
