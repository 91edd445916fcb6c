"""Layers that change numbers at random in training."""
