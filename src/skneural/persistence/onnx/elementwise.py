"""Activations with variables, scales, normalisation, noise and penalties as nodes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...layers import (
    APL,
    Activation,
    BatchNorm,
    Dropout,
    FeatureScale,
    GaussianNoise,
    GaussianSampling,
    KLSparsity,
    L1Sparsity,
    LayerNorm,
    MaskingNoise,
    ParametricActivation,
    PReLU,
    RReLU,
    SaltAndPepperNoise,
    Scale,
    SmoothClip,
    SpatialDropout,
    VLReLU,
)
from .activations import leak
from .conversion import Shape, Values, add_activation, of_layers
from .graph import Graph

_MOST = 10.0  # log-variance from which on a variance is on a straight line
FAR = 1e9  # times the limit: what is beyond is at it


@of_layers(Dropout, SpatialDropout, GaussianNoise, MaskingNoise, SaltAndPepperNoise, KLSparsity)
def _nothing(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    return x


@of_layers(Activation)
def _activation(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    return add_activation(graph, layer.activation, x)


@of_layers(VLReLU)
def _vlrelu(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    return leak(graph, x, float(layer.slope))


@of_layers(RReLU)
def _rrelu(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    return leak(graph, x, (layer.lower + layer.upper) / 2)


@of_layers(PReLU)
def _prelu(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    return leak(graph, x, values["slope"])


@of_layers(APL)
def _apl(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    parts = [graph.add("Relu", x)]
    for slope, hinge in zip(values["slopes"], values["hinges"], strict=True):
        depth = graph.add("Relu", graph.add("Sub", hinge, x))
        parts.append(graph.product(depth, slope))
    return graph.sum(*parts)


@of_layers(ParametricActivation)
def _parametric_activation(
    graph: Graph, layer: Any, x: str, shape: Shape, values: Values
) -> str:
    bend = graph.add("Sub", add_activation(graph, layer.activation, x), x)
    return graph.sum(x, graph.product(bend, values["share"]))


@of_layers(Scale)
def _scale(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    return graph.sum(graph.product(x, float(layer.scale)), float(layer.offset))


@of_layers(FeatureScale)
def _feature_scale(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    return graph.product(x, values["scale"])


@of_layers(SmoothClip)
def _smooth_clip(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    return smooth_clip(graph, x, layer.limit)


def smooth_clip(graph: Graph, x: str, limit: float) -> str:
    """Return x / sqrt(1 + (x / limit)**2)."""
    share = graph.add("Clip", graph.product(x, 1 / limit), -FAR, FAR)
    root = graph.add("Sqrt", graph.sum(graph.product(share, share), 1.0))
    return graph.product(graph.add("Div", share, root), float(limit))


@of_layers(BatchNorm)
def _batch_norm(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    variance = values["running_variance"].astype(np.float64)
    factor = values["scale"] / np.sqrt(variance + layer.epsilon)
    centred = graph.add("Sub", x, values["running_mean"])
    return graph.sum(graph.product(centred, factor), values["shift"])


@of_layers(LayerNorm)
def _layer_norm(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    standard = standardised(graph, x, layer.epsilon)
    return graph.sum(graph.product(standard, values["scale"]), values["shift"])


def standardised(graph: Graph, x: str, epsilon: float) -> str:
    """Return x with mean 0 and variance 1 along the last axis."""
    centred = graph.add("Sub", x, graph.reduce("ReduceMean", x, [-1]))
    variance = graph.reduce("ReduceMean", graph.product(centred, centred), [-1])
    return graph.add("Div", centred, graph.add("Sqrt", graph.sum(variance, epsilon)))


@of_layers(L1Sparsity)
def _l1_sparsity(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    axes = range(1, len(shape) + 1)
    total = graph.reduce("ReduceSum", graph.add("Abs", x), axes, keep=False)
    graph.penalties.append(graph.product(graph.unsqueeze(total, 1), float(layer.weight)))
    return x


@of_layers(GaussianSampling)
def _gaussian_sampling(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    mean, log_variance = graph.split(x, [shape[0] // 2] * 2)
    bounded = graph.add("Min", log_variance, _MOST)
    rise = graph.sum(graph.add("Sub", log_variance, bounded), 1.0)
    variance = graph.product(graph.add("Exp", bounded), rise)
    each = graph.add("Sub", graph.sum(graph.product(mean, mean), variance, -1.0), log_variance)
    graph.penalties.append(
        graph.product(graph.reduce("ReduceSum", each, [1]), 0.5 * float(layer.beta))
    )
    return mean
