"""Accuracy on real data."""
