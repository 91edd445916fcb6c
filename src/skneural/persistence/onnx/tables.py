"""Tables as nodes: columns become scaled numbers, indicators and codes, in float64."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import Any

import numpy as np

from ...data.table_categories import Categories
from ...data.table_columns import NUMBERS, TEXT, kind_of
from ...data.table_scale import QuantileScale, RobustScale
from ...data.tables import TableCode
from .elementwise import FAR
from .graph import TABLES, Graph


def is_of_text(categories: Categories) -> bool:
    """Whether a column of categories holds text.

    Raises
    ------
    NotImplementedError
        If it holds neither text nor numbers.
    """
    kind = kind_of(categories.values) if categories.values else NUMBERS
    if kind not in (NUMBERS, TEXT):
        raise NotImplementedError(
            f"to_onnx: categories such as {categories.values[0]!r} are neither text nor numbers,"
            " and have no form in ONNX; convert the column before the fit"
        )
    return kind == TEXT


def add_table(graph: Graph, table: TableCode, given: Sequence[str]) -> str:
    """Add what makes rows for a network: numbers, indicators of missing ones, codes.

    Parameters
    ----------
    graph : Graph
    table : TableCode
    given : sequence of str
        Name of X, or of each column.
    """
    is_categorical, n_features = table.is_categorical, len(table.is_categorical)
    if len(given) == 1 and n_features > 1:
        columns = graph.split(given[0], [1] * n_features)
    else:
        columns = list(given)
    parts = []
    if table.n_numbers:
        numbers = graph.join([
            graph.cast(each, np.float64) for each in compress(columns, ~is_categorical)
        ])
        parts = [graph.cast(_scaled(graph, table.scale, numbers), graph.dtype)]
        if len(table.indicated):
            parts.append(_indicators(graph, table, numbers))
    for column, categories in zip(
        compress(columns, is_categorical), table.categories, strict=True
    ):
        parts.append(_codes(graph, categories, column))
    return graph.join(parts)


def _indicators(graph: Graph, table: TableCode, numbers: str) -> str:
    """Return 1 where a number is missing, else 0, of the columns that have an indicator."""
    missing = graph.add("IsNaN", graph.add("Gather", numbers, graph.integers(
        table.indicated.tolist()), axis=1))
    return graph.product(graph.cast(missing, graph.dtype), table.seen)


def _scaled(graph: Graph, scale: Any, numbers: str) -> str:
    if isinstance(scale, RobustScale):
        return _by_spreads(graph, scale, numbers)
    if isinstance(scale, QuantileScale):
        return _by_quantiles(graph, scale, numbers)
    raise NotImplementedError(
        f"to_onnx: {scale!r} has no form in ONNX; scale its columns"
        " before the fit, as by a QuantileTransformer in a pipeline"
    )


def _double(graph: Graph, values: Any) -> str:
    return graph.array(values, np.float64)


def _known(graph: Graph, numbers: str, otherwise: np.ndarray) -> str:
    """Return numbers, and others where they are missing."""
    return graph.add("Where", graph.add("IsNaN", numbers), _double(graph, otherwise), numbers)


def _by_spreads(graph: Graph, scale: RobustScale, numbers: str) -> str:
    z = graph.add("Sub", _known(graph, numbers, scale.center), _double(graph, scale.center))
    z = graph.product(z, _double(graph, 1 / scale.spread))
    z = graph.add("Clip", z, _double(graph, -FAR), _double(graph, FAR))
    if scale.clip is None:
        return z
    share = graph.product(z, _double(graph, 1 / scale.clip))
    square = graph.add("Add", graph.product(share, share), _double(graph, 1.0))
    return graph.add("Div", z, graph.add("Sqrt", square))


def _by_quantiles(graph: Graph, scale: QuantileScale, numbers: str) -> str:
    """Return how many bins are below each number, and its part of its own."""
    most = max(len(edges) for edges in scale.edges) - 1
    lower = np.zeros((len(scale.edges), most))
    inverse = np.zeros_like(lower)  # bins that a column does not have add nothing
    for j, edges in enumerate(scale.edges):
        widths = np.diff(edges)
        lower[j, : len(widths)] = edges[:-1]
        inverse[j, : len(widths)] = np.divide(1, widths, where=widths > 0, out=widths * 0)
    known = graph.unsqueeze(_known(graph, numbers, scale.median), 2)
    shares = graph.product(graph.add("Sub", known, _double(graph, lower)), _double(graph, inverse))
    within = graph.add("Clip", shares, _double(graph, 0.0), _double(graph, 1.0))
    return graph.reduce("ReduceSum", within, [2], keep=False)


def _codes(graph: Graph, categories: Categories, column: str) -> str:
    """Return the codes (n_samples, 1) of a column of categories, as numbers; 0 for unknown ones."""
    codes = [c * (c not in categories.absent) for c in range(1, len(categories.values) + 1)]
    if is_of_text(categories):
        found = graph.add(
            "LabelEncoder", column, domain=TABLES, default_int64=0, values_int64s=codes,
            keys_strings=[_decoded(value) for value in categories.values],
        )
        return graph.cast(found, graph.dtype)
    values = np.array([float(value) for value in categories.values] or [np.nan])
    same = graph.add("Equal", graph.cast(column, np.float64), _double(graph, values))
    each = graph.product(graph.cast(same, graph.dtype), np.array(codes or [0]))
    return graph.reduce("ReduceSum", each, [1])


def _decoded(text: str | bytes) -> str:
    return text.decode() if isinstance(text, bytes) else text
