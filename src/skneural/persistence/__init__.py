"""Models in files: saved and loaded without running code from the file."""

from ._checkpoint import Checkpoint
from ._models import load, save
from .onnx.export import to_onnx
from .onnx.pipelines import register_converters

__all__ = ["Checkpoint", "load", "register_converters", "save", "to_onnx"]
