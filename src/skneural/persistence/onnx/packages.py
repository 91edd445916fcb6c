"""The packages that models in ONNX need, imported when they are."""

from __future__ import annotations

from typing import Any

from ..._optional import optional


def onnx_package() -> Any:
    """Return the package onnx.

    Raises
    ------
    ImportError
        If it is not installed.
    """
    return optional("onnx", "to_onnx", "onnx")


def skl2onnx_package() -> Any:
    """Return the package skl2onnx; raise an ImportError if it is not installed."""
    return optional("skl2onnx", "register_converters", "onnx")
