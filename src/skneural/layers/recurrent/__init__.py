"""Recurrent layers: a state that each step of a series changes."""
