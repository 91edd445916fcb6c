"""Pooling and upsampling."""
