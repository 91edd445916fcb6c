"""The layers of a network as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sklearn import config_context


def summarize(title: str, layers: Sequence[Any], n_features: int) -> str:
    """Return the table of the layers' output widths and parameter counts.

    Parameters
    ----------
    title : str
    layers : sequence of Layer
    n_features : int
        Width of the first layer's input.
    """
    rows = [("layer", "output shape", "parameters"), ("input", f"(n, {n_features})", "0")]
    width, total = n_features, 0
    for layer in layers:
        count = sum(variable.size for variable in layer.variables(width))
        width = layer.n_outputs(width)
        total += count
        rows.append((_describe(layer, count), f"(n, {width})", f"{count:,}"))
    return "\n".join([title, *_align(rows), f"total parameters: {total:,}"])


def _describe(layer: Any, n_parameters: int) -> str:
    """Return the layer's repr, with its defaults where they say what it does."""
    with config_context(print_changed_only=n_parameters > 0):
        return repr(layer)


def _align(rows: list[tuple[str, str, str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [
        f"{name:<{widths[0]}}  {shape:<{widths[1]}}  {count:>{widths[2]}}"
        for name, shape, count in rows
    ]
    rule = "-" * len(lines[0])
    return [rule, lines[0], rule, *lines[1:], rule]
