"""Models in files: saved and loaded without running code from the file."""

from ._checkpoint import Checkpoint
from ._models import load, save

__all__ = ["Checkpoint", "load", "save"]
