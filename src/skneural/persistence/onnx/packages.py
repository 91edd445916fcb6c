"""The packages that models in ONNX need, imported when they are."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def onnx_package() -> Any:
    """Return the package onnx.

    Raises
    ------
    ImportError
        If it is not installed.
    """
    return _needed("onnx", "to_onnx")


def skl2onnx_package() -> Any:
    """Return the package skl2onnx; raise an ImportError if it is not installed."""
    return _needed("skl2onnx", "register_converters")


def _needed(name: str, owner: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise ImportError(
            f'{owner} needs the package {name}: pip install "scikit-neural[onnx]"'
        ) from error
