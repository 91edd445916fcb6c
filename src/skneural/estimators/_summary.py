"""The layers of a network as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sklearn import config_context


def summarize(
    title: str,
    layers: Sequence[Any],
    input_shape: tuple[int, ...],
    names: Sequence[str] | None = None,
) -> str:
    """Return the table of the layers' output shapes and parameter counts.

    Parameters
    ----------
    title : str
    layers : sequence of Layer
    input_shape : tuple of int
        Shape of a sample.
    names : sequence of str or None, default=None
        Names of the layers, for a column of their own.
    """
    rows: list[tuple[str, ...]]
    rows = [("layer", "output shape", "parameters"), ("input", _batch_of(input_shape), "0")]
    shape, total = input_shape, 0
    for layer in layers:
        count = sum(variable.size for variable in layer.variables(shape))
        shape = layer.output_shape(shape)
        total += count
        rows.append((_describe(layer, count), _batch_of(shape), f"{count:,}"))
    if names is not None:
        rows = [(name, *row) for name, row in zip(["name", "", *names], rows, strict=True)]
    return "\n".join([title, *_align(rows), f"total parameters: {total:,}"])


def _batch_of(shape: tuple[int, ...]) -> str:
    return f"(n, {', '.join(map(str, shape))})"


def _describe(layer: Any, n_parameters: int) -> str:
    """Return the layer's repr, with its defaults where they say what it does."""
    with config_context(print_changed_only=n_parameters > 0):
        return repr(layer)


def _align(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)]
        lines.append("  ".join([*cells[:-1], row[-1].rjust(widths[-1])]))
    rule = "-" * len(lines[0])
    return [rule, lines[0], rule, *lines[1:], rule]
