"""Layers for tables as nodes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.linalg import block_diag

from ...layers import CategoryEmbedding, PeriodicEmbedding, PiecewiseLinear, RobustScale
from .conversion import Shape, Values, of_layers
from .dense import each_with_its_own
from .elementwise import smooth_clip
from .graph import Graph


@of_layers(RobustScale)
def _robust_scale(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    n_scaled = values["center"].size
    first, *rest = _split(graph, x, n_scaled, shape[0])
    scaled = graph.product(graph.add("Sub", first, values["center"]), values["factor"])
    if layer.clip is not None:
        scaled = smooth_clip(graph, scaled, layer.clip)
    return graph.join([scaled, *rest])


def _split(graph: Graph, x: str, n_first: int, n_columns: int) -> list[str]:
    """Return the first columns, and those behind them if there are any."""
    return [x] if n_first == n_columns else graph.split(x, [n_first, n_columns - n_first])


@of_layers(PeriodicEmbedding)
def _periodic_embedding(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    n_features = layer._count(shape)
    if n_features == 0:
        return x
    first, *rest = _split(graph, x, n_features, shape[0])
    each = graph.unsqueeze(first, 2)
    phases = values["phases"].astype(np.float64) / math.tau
    turns = graph.sum(graph.product(each, values["frequencies"]), phases)
    share = graph.add("Sub", turns, graph.add("Round", turns))
    turned = graph.product(share, math.tau)
    if graph.dtype == np.float64:  # onnxruntime 1.21 has Sin alone in float64
        cosines = graph.add("Sin", graph.sum(turned, math.pi / 2))
    else:
        cosines = graph.add("Cos", turned)
    mixed = each_with_its_own(graph, cosines, values["kernel"].transpose(0, 2, 1))
    embedded = graph.join([each, graph.sum(mixed, values["bias"])])
    return graph.join([graph.reshape(embedded, (n_features * layer.units,)), *rest])


@of_layers(PiecewiseLinear)
def _piecewise_linear(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    edges = layer._checked_edges()
    if not edges:
        return x
    n_features, counts = len(edges), [len(each) - 1 for each in edges]
    first, *rest = _split(graph, x, n_features, shape[0])
    codes = _shares_of_bins(graph, first, edges, counts)
    if layer.units is not None:
        codes = _mapped(graph, codes, counts, values)
    return graph.join([codes, *rest])


def _shares_of_bins(
    graph: Graph, x: str, edges: list[np.ndarray], counts: list[int]
) -> str:
    """Return the shares (n_samples, bins of all features) of bins below x."""
    lower = np.concatenate([each[:-1] for each in edges])
    inverse = np.concatenate([1 / np.diff(each) for each in edges])
    ends = np.cumsum(counts)
    limit = np.finfo(graph.dtype).max
    least, most = np.zeros(len(lower)), np.ones(len(lower))
    least[[0, *ends[:-1]]] = -limit  # bins at the ends go on beyond their outer edges
    most[ends - 1] = limit
    places = graph.integers(np.repeat(np.arange(len(edges)), counts).tolist())
    spread = graph.add("Gather", x, places, axis=1)
    shares = graph.product(graph.add("Sub", spread, lower), inverse)
    return graph.add("Min", graph.add("Max", shares, least), most)


def _mapped(graph: Graph, codes: str, counts: list[int], values: Values) -> str:
    """Return each feature's codes times its rows of the kernel, plus its bias."""
    kernel, bias = values["kernel"], values["bias"]
    n_features, n_bins, units = len(counts), counts[0], kernel.shape[1]
    if set(counts) == {n_bins}:
        each = graph.reshape(codes, (n_features, n_bins))
        mapped = each_with_its_own(graph, each, kernel.reshape(n_features, n_bins, units))
        return graph.reshape(graph.sum(mapped, bias), (n_features * units,))
    blocks = np.split(kernel, np.cumsum(counts)[:-1])
    return graph.sum(graph.add("MatMul", codes, block_diag(*blocks)), bias.ravel())


@of_layers(CategoryEmbedding)
def _category_embedding(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    counts = [int(n) for n in layer.n_categories]
    n_numbers = shape[0] - len(counts)
    if not counts:
        return x
    parts, numbers = [], x
    if n_numbers:
        first, numbers = graph.split(x, [n_numbers, len(counts)])
        parts.append(first)
    codes = _codes(graph, numbers, counts)

    def rows(table: np.ndarray, column: int) -> str:
        own = graph.add("Gather", codes, graph.integers(column), axis=1)
        return graph.add("Gather", table, own, axis=0)

    parts += [rows(_one_hot(counts[c]), c) for c in layer._one_hot if counts[c] > 1]
    for column, start in zip(layer._embedded, layer._starts, strict=True):
        parts.append(rows(values["vectors"][start : start + counts[column]], column))
    return graph.join(parts)


def _codes(graph: Graph, numbers: str, counts: list[int]) -> str:
    """Return codes (n_samples, n_columns), int64; 0 for those out of range."""
    above = graph.add("Greater", numbers, 0.0)
    within = graph.add("And", above, graph.add("Less", numbers, np.array(counts)))
    return graph.cast(graph.add("Where", within, numbers, 0.0), np.int64)


def _one_hot(n_codes: int) -> np.ndarray:
    """Return the columns of each code: none of 0, and 1 and -1 of two others."""
    if n_codes == 3:
        return np.array([[0.0], [1.0], [-1.0]])
    return np.eye(n_codes)[:, 1:]
