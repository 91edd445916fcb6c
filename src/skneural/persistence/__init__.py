"""Models in files: saved and loaded without running code from the file."""

from ._checkpoint import Checkpoint
from ._keras import from_keras, to_keras
from ._models import load, save
from ._torch import from_torch, to_torch

__all__ = ["Checkpoint", "from_keras", "from_torch", "load", "save", "to_keras", "to_torch"]
