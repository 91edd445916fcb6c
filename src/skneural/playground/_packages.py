"""Modules of Bokeh, imported when a playground is shown."""

from __future__ import annotations

from typing import Any

from .._optional import optional


def bokeh(module: str) -> Any:
    """Return a module of Bokeh, or raise an ImportError with the pip command that brings it."""
    return optional(f"bokeh.{module}", "skneural.playground", "playground")
