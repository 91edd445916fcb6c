"""Accuracy of the networks of series and text."""
