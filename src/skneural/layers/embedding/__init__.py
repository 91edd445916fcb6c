"""Vectors of tokens."""
