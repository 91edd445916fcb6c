"""Normalisation over the batch and over a sample."""
