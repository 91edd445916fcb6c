"""The layers of a network as a table."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from inspect import signature
from numbers import Integral
from typing import Any, NamedTuple

from sklearn import config_context

from ...layers import Shared

WIDTH = 88  # of a line, as long as a line of code
GAP = "  "


class LayerRow(NamedTuple):
    """A layer in a table: how deep it is inside of others, name, call, output shape, parameters."""

    depth: int
    name: str
    text: str
    shape: tuple[int, ...]
    n_parameters: int


class Summary(str):
    """Text displayed without quotes in a console or a notebook."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def summarize(
    title: str,
    layers: Sequence[Any],
    input_shape: tuple[int, ...],
    names: Sequence[str] | None = None,
    batch: tuple[int, int] | None = None,
) -> Summary:
    """Return the table of the layers' output shapes and parameter counts.

    Layers are shown with the parameters that differ from their defaults.

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
    rows: list[tuple[str, ...]] = [("name", "layer", "output shape", "parameters")]
    found = rows_of_layers(layers, input_shape, names)
    for depth, name, text, shape, count in found:
        margin = "  " * depth
        rows.append((margin + name, margin + text, _batch_of(shape), f"{count:,}"))
    total = sum(row.n_parameters for row in found if row.depth == 0)
    if names is None:
        rows = [row[1:] for row in rows]
    if batch is not None:
        title = f"{title}: a batch of {batch[0]:,} samples takes {_memory(batch[1])}"
    return Summary("\n".join([title, *_align(rows), f"total parameters: {total:,}"]))


def rows_of_layers(
    layers: Sequence[Any], input_shape: tuple[int, ...], names: Sequence[str] | None = None
) -> list[LayerRow]:
    """Return the rows of the input and of layers, each followed by those that it is made of."""
    rows, shape = [LayerRow(0, "", "input", input_shape, 0)], input_shape
    for name, layer in zip(names or [""] * len(layers), layers, strict=True):
        rows += _rows(name, layer, shape)
        shape = layer.output_shape(shape)
    return rows


def _memory(n_bytes: int) -> str:
    """Return a number of bytes as text, to three digits."""
    power = 2 if n_bytes >= 999_500 else 1
    return f"{float(f'{n_bytes / 1000**power:.3g}'):,g} {('kB', 'MB')[power - 1]}"


def _rows(name: str, layer: Any, shape: tuple[int, ...], depth: int = 0) -> list[LayerRow]:
    """Return the row of a layer, and those of the layers it is made of."""
    count = _count(layer, shape)
    parts = list(layer._parts(shape)) if hasattr(layer, "_parts") else []
    text = type(layer).__name__ if parts else _describe(layer, count)
    if isinstance(layer, Shared):
        text = f"shared with {layer.layer}"
    rows = [LayerRow(depth, name, text, layer.output_shape(shape), count)]
    shapes = layer._part_shapes(shape) if parts else []
    for (part, inner), its in zip(parts, shapes, strict=True):
        rows += _rows(part, inner, its, depth + 1)
    return rows


def _count(layer: Any, shape: tuple[int, ...]) -> int:
    return sum(variable.size for variable in layer.variables(shape))


def _batch_of(shape: tuple[int, ...]) -> str:
    return f"(n, {', '.join(map(str, shape))})"


def _describe(layer: Any, n_parameters: int) -> str:
    """Return a call that makes the layer, on one line, with what differs from the defaults.

    The first parameter of a layer without weights says what it does, and is always shown.
    """
    given = layer.get_params(deep=False)
    arguments = []
    for place, parameter in enumerate(signature(type(layer)).parameters.values()):
        value, shown = given[parameter.name], place == 0 and n_parameters == 0
        if shown or not _is_default(value, parameter.default):
            with config_context(print_changed_only=True):
                text = f"{value:.6g}" if isinstance(value, float) else " ".join(repr(value).split())
            arguments.append(text if place == 0 else f"{parameter.name}={text}")
    return f"{type(layer).__name__}({', '.join(arguments)})"


def _is_default(value: Any, default: Any) -> bool:
    """Whether a value is the default, the same number for each axis included."""
    if isinstance(value, tuple) and isinstance(default, Integral):
        return set(value) == {default}
    return repr(value) == repr(default)


def _align(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return the lines of a table; text that would make it too wide is wrapped."""
    widths = _widths(rows)
    header, *body = [_lines(row, widths) for row in rows]
    rule = "-" * len(header[0])
    return [rule, *header, rule, *(line for lines in body for line in lines), rule]


def _widths(rows: Sequence[tuple[str, ...]]) -> list[int]:
    """Return the columns' widths: what names, shapes and counts leave is for the layers."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    if len(widths) == 4:
        widths[0] = min(widths[0], 24)
    others = sum(widths) - widths[-3] + len(GAP) * (len(widths) - 1)
    widths[-3] = min(widths[-3], max(WIDTH - others, 16))
    return widths


def _lines(row: tuple[str, ...], widths: Sequence[int]) -> list[str]:
    """Return a row of the table, on as many lines as its longest cell takes."""
    wrapped = [_wrap(cell, width) for cell, width in zip(row, widths, strict=True)]
    lines = []
    for number in range(max(map(len, wrapped))):
        cells = [cell[number] if number < len(cell) else "" for cell in wrapped]
        padded = [f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)]
        lines.append(GAP.join([*padded[:-1], cells[-1].rjust(widths[-1])]).rstrip())
    return lines


def _wrap(cell: str, width: int) -> list[str]:
    """Return a cell's lines, the later ones set in."""
    if len(cell) <= width:
        return [cell]
    margin = " " * (len(cell) - len(cell.lstrip()) + 2)
    return textwrap.wrap(cell, width, subsequent_indent=margin, drop_whitespace=True)
