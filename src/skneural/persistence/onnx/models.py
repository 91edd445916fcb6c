"""Estimators as nodes: what they read, a network, and what they make of its outputs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...data.step_targets import StepLabels, StepNumbers
from ...estimators import (
    AutoencoderTransformer,
    FeatureExtractor,
    NeuralOutlierDetector,
    SequenceGenerator,
)
from ...estimators.base.classifier import BaseNeuralClassifier
from ...estimators.base.layer_access import number_of
from ...estimators.base.predictor import predictor
from ...estimators.base.regressor import BaseNeuralRegressor
from .conversion import Shape
from .graph import Graph
from .inputs import Input, add_input, inputs_of
from .losses import add_row_losses
from .network import Outputs, add_layers, add_network, mean_of
from .outputs import add_decisions, add_labels, add_numbers, add_probabilities, label_dtype


@dataclass(frozen=True)
class Output:
    """An output of a model.

    Parameters
    ----------
    title : str
        What users call it.
    name : str
        Of the node's output.
    dtype : dtype or str
    shape : tuple of int
        Of a sample; -1 for a length that follows from that of a series.
    """

    title: str
    name: str
    dtype: Any
    shape: Shape


Adder = Callable[[Graph, Any, Sequence[str], Shape], list[Output]]


def network_of(estimator: Any) -> Any:
    """Return the network that an estimator predicts with.

    Raises
    ------
    NotImplementedError
        If it has none that a model in ONNX can be made of.
    """
    kind = type(estimator).__name__
    if isinstance(estimator, SequenceGenerator):
        raise NotImplementedError(
            f"to_onnx: {kind} draws tokens one after the other, which has no form in ONNX; convert"
            " its attribute network_, which predicts the next id at each step"
        )
    if not has_network(type(estimator)):
        raise NotImplementedError(
            f"to_onnx: {kind} has no form in ONNX; estimators with a network have"
        )
    return predictor(getattr(estimator, "estimator_", estimator))


def has_network(cls: type) -> bool:
    """Whether a class is one of estimators that models in ONNX can be made of."""
    return issubclass(cls, tuple(_METHODS))


def adder_of(estimator: Any, method: str | None) -> Adder:
    """Return what adds the nodes of an estimator's method, of its first one if None.

    Raises
    ------
    ValueError
        If there is no such method.
    """
    methods = next(m for cls, m in _METHODS.items() if isinstance(estimator, cls))
    if method is None:
        method = next(iter(methods))
        if method == "predict_proba" and not hasattr(estimator, method):
            method = "decision_function"
    if method not in methods or not hasattr(estimator, method):
        raise ValueError(
            f"to_onnx: method={method!r} is none of {', '.join(map(repr, methods))}, which a"
            f" {type(estimator).__name__} may have"
        )
    return methods[method]


def model_inputs(estimator: Any, method: str | None) -> list[Input]:
    """Return the inputs of an estimator's model."""
    if method == "inverse_transform":
        return [Input("X", (estimator._n_features_out,))]
    return inputs_of(getattr(estimator, "estimator_", estimator))


def _whole(graph: Graph, estimator: Any, given: Sequence[str], shape: Shape) -> Outputs:
    """Add all of an estimator's networks."""
    found = []
    for each in [estimator, *vars(estimator).get("more_networks_", [])]:
        network = predictor(each)
        x = add_input(graph, each, network, given, shape)
        found.append(add_network(graph, network, x))
    return mean_of(graph, found)


def _classes(
    graph: Graph, estimator: Any, given: Sequence[str], shape: Shape
) -> list[Output]:
    outputs, targets = _whole(graph, estimator, given, shape), estimator._targets
    found = add_probabilities(graph, targets, outputs)
    shape_of_each = outputs.shape
    if targets.kind != "masks":
        shape_of_each = (len(targets.classes),)
    label = _label(graph, estimator, outputs)
    return [label, Output("probabilities", found, graph.dtype, shape_of_each)]


def _scores(graph: Graph, estimator: Any, given: Sequence[str], shape: Shape) -> list[Output]:
    outputs, targets = _whole(graph, estimator, given, shape), estimator._targets
    found = add_decisions(graph, targets, outputs)
    single = targets.kind != "masks" and (targets.are_one_class or targets.are_two_classes)
    shape_of_each = (1,) if single else outputs.shape
    label = _label(graph, estimator, outputs)
    return [label, Output("scores", found, graph.dtype, shape_of_each)]


def _label(graph: Graph, estimator: Any, outputs: Outputs) -> Output:
    targets = estimator._targets
    shape: Shape = ()
    if targets.kind == "masks":
        shape = _of_any_length(targets, targets.shape)
    elif targets.kind == "multilabel":
        shape = (len(targets.classes),)
    return Output("label", add_labels(graph, targets, outputs), label_dtype(targets), shape)


def _numbers(graph: Graph, estimator: Any, given: Sequence[str], shape: Shape) -> list[Output]:
    outputs = _whole(graph, estimator, given, shape)
    found, shape = add_numbers(graph, estimator._targets, outputs)
    shape = _of_any_length(estimator._targets, shape)
    return [Output("variable", found, graph.dtype, shape)]


def _of_any_length(targets: Any, shape: Shape) -> Shape:
    """Return the shape of targets; that of steps has no length."""
    return (-1, *shape[1:]) if isinstance(targets, StepLabels | StepNumbers) else shape


def _flat(graph: Graph, x: str, shape: Shape) -> list[Output]:
    """Return samples as rows of numbers."""
    size = (math.prod(shape),)
    if shape != size:
        graph.needs_size()
        x = graph.reshape(x, size)
    return [Output("variable", x, graph.dtype, size)]


def _codes(graph: Graph, estimator: Any, given: Sequence[str], shape: Shape) -> list[Output]:
    network = predictor(estimator)
    x = add_input(graph, estimator, network, given, shape)
    return _flat(graph, *add_layers(graph, network, x, last=estimator._built.n_encoder))


def _decoded(graph: Graph, estimator: Any, given: Sequence[str], shape: Shape) -> list[Output]:
    network, first = predictor(estimator), estimator._built.n_encoder
    x = graph.cast(given[0], graph.dtype)
    if network.shapes[first] != shape:
        x = graph.reshape(x, network.shapes[first])
    return _samples(graph, estimator, add_network(graph, network, x, first))


def _reconstructed(
    graph: Graph, estimator: Any, given: Sequence[str], shape: Shape
) -> list[Output]:
    return _samples(graph, estimator, _whole(graph, estimator, given, shape))


def _samples(graph: Graph, estimator: Any, outputs: Outputs) -> list[Output]:
    """Return reconstructions in the shape of the samples of X, and on their scale."""
    shape, x = vars(estimator).get("_sample_shape", outputs.shape), outputs.predictions
    if outputs.shape != shape:
        graph.needs_size()
        x = graph.reshape(x, shape)
    if estimator.rescale_ is not None:
        x = graph.product(x, 1 / estimator.rescale_)
    return [Output("variable", x, graph.dtype, shape)]


def _outliers(graph: Graph, estimator: Any, given: Sequence[str], shape: Shape) -> list[Output]:
    network = predictor(estimator)
    x = add_input(graph, estimator, network, given, shape)
    outputs, shape_of_each = add_layers(graph, network, x)
    size = math.prod(shape_of_each)
    rows = [_flat(graph, outputs, shape_of_each), _flat(graph, x, network.shapes[0])]
    raw, targets = (row[0].name for row in rows)
    losses = add_row_losses(graph, network.loss, raw, targets, size)
    scores = graph.add("Sub", -float(estimator.offset_), losses)
    inside = graph.cast(graph.add("Less", graph.squeeze(scores, 1), 0.0), np.int64)
    label = graph.add("Sub", graph.integers(1), graph.product(inside, graph.integers(2)))
    return [Output("label", label, np.int64, ()), Output("scores", scores, graph.dtype, (1,))]


def _features(graph: Graph, estimator: Any, given: Sequence[str], shape: Shape) -> list[Output]:
    network_estimator = estimator.estimator_
    network = predictor(network_estimator)
    number = number_of(network_estimator, estimator.layer)
    x = add_input(graph, network_estimator, network, given, shape)
    if number == len(network.layers) - 1:
        outputs = add_network(graph, network, x)
        return _flat(graph, outputs.predictions, outputs.shape)
    return _flat(graph, *add_layers(graph, network, x, last=number + 1))


_METHODS: dict[type, dict[str, Adder]] = {
    BaseNeuralClassifier: {"predict_proba": _classes, "decision_function": _scores},
    BaseNeuralRegressor: {"predict": _numbers},
    AutoencoderTransformer: {
        "transform": _codes, "reconstruct": _reconstructed, "inverse_transform": _decoded
    },
    NeuralOutlierDetector: {"decision_function": _outliers},
    FeatureExtractor: {"transform": _features},
}
