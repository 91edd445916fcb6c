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
    batch: tuple[int, int] | None = None,
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
    batch : tuple of two int or None, default=None
        Rows of a batch in training, and the bytes that it takes.
    """
    rows: list[tuple[str, ...]]
    shown = [None] * len(layers) if names is None else names
    rows = [("name", "layer", "output shape", "parameters")]
    rows.append(("", "input", _batch_of(input_shape), "0"))
    shape, total = input_shape, 0
    for name, layer in zip(shown, layers, strict=True):
        rows += _rows(name or "", layer, shape)
        total += _count(layer, shape)
        shape = layer.output_shape(shape)
    if names is None:
        rows = [row[1:] for row in rows]
    if batch is not None:
        title = f"{title}: a batch of {batch[0]:,} samples takes {_memory(batch[1])}"
    return "\n".join([title, *_align(rows), f"total parameters: {total:,}"])


def _memory(n_bytes: int) -> str:
    """Return a number of bytes in words, to three digits."""
    power = 2 if n_bytes >= 999_500 else 1
    return f"{float(f'{n_bytes / 1000**power:.3g}'):,g} {('kB', 'MB')[power - 1]}"


def _rows(name: str, layer: Any, shape: tuple[int, ...], depth: int = 0) -> list[tuple[str, ...]]:
    """Return the row of a layer, and those of the layers it is made of."""
    margin, count = "  " * depth, _count(layer, shape)
    parts = list(layer._parts(shape)) if hasattr(layer, "_parts") else []
    text = type(layer).__name__ if parts else _describe(layer, count)
    output_shape = _batch_of(layer.output_shape(shape))
    rows: list[tuple[str, ...]] = [(margin + name, margin + text, output_shape, f"{count:,}")]
    shapes = layer._part_shapes(shape) if parts else []
    for (part, inner), its in zip(parts, shapes, strict=True):
        rows += _rows(part, inner, its, depth + 1)
    return rows


def _count(layer: Any, shape: tuple[int, ...]) -> int:
    return sum(variable.size for variable in layer.variables(shape))


def _batch_of(shape: tuple[int, ...]) -> str:
    return f"(n, {', '.join(map(str, shape))})"


def _describe(layer: Any, n_parameters: int) -> str:
    """Return the layer's repr on one line, with its defaults where they say what it does."""
    with config_context(print_changed_only=n_parameters > 0):
        return " ".join(repr(layer).split())


def _align(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)]
        lines.append("  ".join([*cells[:-1], row[-1].rjust(widths[-1])]))
    rule = "-" * len(lines[0])
    return [rule, lines[0], rule, *lines[1:], rule]
