"""Convolutional networks for series."""
