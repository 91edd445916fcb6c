"""Models in files: saved and loaded without running code from the file."""

from ._checkpoint import Checkpoint
from ._keras import from_keras, to_keras
from ._models import load, save
from ._torch import from_torch, to_torch
from .onnx.export import to_onnx
from .onnx.pipelines import register_converters

__all__ = [
    "Checkpoint",
    "from_keras",
    "from_torch",
    "load",
    "register_converters",
    "save",
    "to_keras",
    "to_onnx",
    "to_torch",
]
