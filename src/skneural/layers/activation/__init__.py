"""Activations and other elementwise layers."""
