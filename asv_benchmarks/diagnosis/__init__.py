"""Sick and healthy networks, by which `skneural.inspection.diagnose` is measured."""
