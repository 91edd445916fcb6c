"""Layers of several members that are trained side by side, as one network."""
