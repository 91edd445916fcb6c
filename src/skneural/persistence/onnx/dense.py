"""Dense layers, embeddings and attention as nodes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...layers import (
    Attention,
    ContractiveDense,
    Dense,
    Embedding,
    EnsembleDense,
    EnsembleScale,
    Maxout,
    PackedDense,
    TransposedDense,
)
from .conversion import Shape, Values, add_activation, of_layers
from .graph import Graph


@of_layers(Dense, ContractiveDense, TransposedDense)
def _dense(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    return add_activation(graph, layer.activation, _products(graph, layer, x, shape, values))


def _products(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    given = [values["kernel"], *([values["bias"]] if layer.use_bias else [])]
    if len(shape) == 1:
        return graph.add("Gemm", x, *given, transB=int(isinstance(layer, TransposedDense)))
    return with_bias(graph, graph.add("MatMul", x, given[0]), values)


def with_bias(graph: Graph, x: str, values: Values) -> str:
    """Return x plus the bias, if there is one."""
    return graph.sum(x, values["bias"]) if "bias" in values else x


@of_layers(Maxout)
def _maxout(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    pieces = graph.reshape(_products(graph, layer, x, shape, values), (layer.pieces, layer.units))
    return graph.reduce("ReduceMax", pieces, [1], keep=False)


@of_layers(Embedding)
def _embedding(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    ids = graph.squeeze(x, 2) if len(shape) == 2 else x
    ids = graph.cast(graph.add("Clip", ids, 0.0, float(layer.n_tokens - 1)), np.int64)
    return graph.add("Gather", values["vectors"], ids, axis=0)


@of_layers(Attention)
def _attention(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    hidden = graph.add("Tanh", with_bias(graph, graph.add("MatMul", x, values["kernel"]), values))
    scores = graph.add("MatMul", hidden, values["score"].reshape(-1, 1))
    weights = graph.add("Softmax", scores, axis=1)
    return graph.reduce("ReduceSum", graph.product(x, weights), [1], keep=False)


@of_layers(EnsembleScale)
def _ensemble_scale(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    return graph.product(graph.unsqueeze(x, 1), values["member_scale"])


@of_layers(EnsembleDense)
def _ensemble_dense(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    if len(shape) == 1:
        scaled = graph.product(graph.unsqueeze(x, 1), values["member_scale"])
    else:
        graph.needs_size()
        scaled = graph.product(x, values["input_scale"])
    products = graph.product(graph.add("MatMul", scaled, values["kernel"]), values["output_scale"])
    return add_activation(graph, layer.activation, with_bias(graph, products, values))


@of_layers(PackedDense)
def _packed_dense(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    kernel = values["kernel"]
    if len(shape) == 1:
        together = kernel.transpose(1, 0, 2).reshape(shape[0], -1)
        products = graph.reshape(graph.add("MatMul", x, together), (kernel.shape[0], layer.units))
    else:
        graph.needs_size()
        products = each_with_its_own(graph, x, kernel)
    return add_activation(graph, layer.activation, with_bias(graph, products, values))


def each_with_its_own(graph: Graph, x: str, kernels: np.ndarray) -> str:
    """Return products (n, parts, units) of parts (n, parts, k) with kernels (parts, k, units)."""
    if graph.dtype == np.float64:  # onnxruntime 1.22 fuses the other form to a node of float32 only
        return graph.squeeze(graph.add("MatMul", graph.unsqueeze(x, 2), kernels), 2)
    products = graph.add("MatMul", graph.transpose(x, (1, 0, 2)), kernels)
    return graph.transpose(products, (1, 0, 2))
