"""Models in files: saved and loaded without running code from the file."""

from ._models import load, save

__all__ = ["load", "save"]
