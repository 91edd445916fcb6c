"""Recurrent networks for series."""
