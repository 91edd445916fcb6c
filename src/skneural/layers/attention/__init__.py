"""Attention: steps weighed by what they are."""
