"""Activations as nodes.

Operators such as Elu exist in float32 only, so these are made of those that exist in float64 too.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...activations import (
    CentredSoftplus,
    Elu,
    Gelu,
    GeluTanh,
    HardSigmoid,
    HardSwish,
    Identity,
    LeakyRelu,
    Logistic,
    Mish,
    Relu,
    Selu,
    Silu,
    Softplus,
    Tanh,
)
from .conversion import of_activations
from .graph import Graph

_SCALE, _ALPHA = 1.0507009873554805, 1.6732632423543772  # of selu


@of_activations(Identity)
def _identity(graph: Graph, rule: Any, x: str) -> str:
    return x


@of_activations(Relu)
def _relu(graph: Graph, rule: Any, x: str) -> str:
    return graph.add("Relu", x)


@of_activations(Logistic)
def _logistic(graph: Graph, rule: Any, x: str) -> str:
    return graph.add("Sigmoid", x)


@of_activations(Tanh)
def _tanh(graph: Graph, rule: Any, x: str) -> str:
    return graph.add("Tanh", x)


@of_activations(LeakyRelu)
def _leaky_relu(graph: Graph, rule: Any, x: str) -> str:
    return leak(graph, x, rule.negative_slope)


def leak(graph: Graph, x: str, slope: Any) -> str:
    """Return x above zero, and slope * x below."""
    return graph.add("PRelu", x, [slope] if isinstance(slope, float) else slope)


@of_activations(HardSigmoid)
def _hard_sigmoid(graph: Graph, rule: Any, x: str) -> str:
    return graph.add("Clip", graph.sum(graph.product(x, 1 / 6), 0.5), 0.0, 1.0)


@of_activations(HardSwish)
def _hard_swish(graph: Graph, rule: Any, x: str) -> str:
    return graph.product(x, _hard_sigmoid(graph, rule, x))


@of_activations(Softplus)
def _softplus(graph: Graph, rule: Any, x: str) -> str:
    return softplus(graph, x)


def softplus(graph: Graph, x: str) -> str:
    """Return log(1 + e**x)."""
    tail = graph.add("Exp", graph.add("Neg", graph.add("Abs", x)))
    return graph.sum(graph.add("Relu", x), graph.add("Log", graph.sum(tail, 1.0)))


def exponential(graph: Graph, x: str) -> str:
    """Return e**x within the numbers of the dtype, by the limits that the engine's has."""
    low, high = (-708.0, 709.0) if graph.dtype == np.float64 else (-87.0, 88.0)
    return graph.add("Exp", graph.add("Min", graph.add("Max", x, low), high))


@of_activations(CentredSoftplus)
def _centred_softplus(graph: Graph, rule: Any, x: str) -> str:
    return graph.sum(softplus(graph, x), -math.log(2))


@of_activations(Elu)
def _elu(graph: Graph, rule: Any, x: str) -> str:
    return graph.sum(graph.add("Relu", x), graph.product(_bend(graph, x), rule.alpha))


@of_activations(Selu)
def _selu(graph: Graph, rule: Any, x: str) -> str:
    sides = graph.sum(graph.add("Relu", x), graph.product(_bend(graph, x), _ALPHA))
    return graph.product(sides, _SCALE)


def _bend(graph: Graph, x: str) -> str:
    """Return e**x - 1 below zero, and 0 above."""
    return graph.sum(graph.add("Exp", graph.add("Min", x, 0.0)), -1.0)


@of_activations(Gelu)
def _gelu(graph: Graph, rule: Any, x: str) -> str:
    erf = graph.in_single("Erf", graph.product(x, math.sqrt(0.5)))
    return graph.product(x, graph.product(graph.sum(erf, 1.0), 0.5))


@of_activations(GeluTanh)
def _gelu_tanh(graph: Graph, rule: Any, x: str) -> str:
    cubic = graph.product(x, x, 0.044715)
    inner = graph.product(x, graph.sum(cubic, 1.0), math.sqrt(2 / math.pi))
    return graph.product(x, graph.product(graph.sum(graph.add("Tanh", inner), 1.0), 0.5))


@of_activations(Silu)
def _silu(graph: Graph, rule: Any, x: str) -> str:
    if graph.dtype == np.float64:  # onnxruntime 1.23 fuses the other form to a node of float32 only
        below = graph.sum(graph.add("Exp", graph.add("Neg", x)), 1.0)
        return graph.add("Div", x, below)
    return graph.product(x, graph.add("Sigmoid", x))


@of_activations(Mish)
def _mish(graph: Graph, rule: Any, x: str) -> str:
    return graph.product(x, graph.add("Tanh", softplus(graph, x)))
