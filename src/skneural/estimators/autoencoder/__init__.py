"""Autoencoders and outlier detection."""
