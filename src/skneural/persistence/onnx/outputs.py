"""What targets make of a network's outputs, as nodes."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np

from ...data.mask_targets import MaskTargets
from ...data.scaled_targets import ScaledTargets
from ...data.step_targets import StepNumbers
from .conversion import Shape
from .graph import Graph
from .network import Outputs, raw_of


def add_labels(graph: Graph, targets: Any, outputs: Outputs) -> str:
    """Return the labels, int64 or strings.

    They are of shape (n_samples,), (n_samples, n_labels), or that of masks.
    """
    raw = raw_of(graph, outputs)
    if isinstance(targets, MaskTargets):
        labels = _named(graph, targets, graph.add("ArgMax", raw, axis=-1, keepdims=0))
        has_channel = len(targets.shape) > len(targets.pixels)
        return graph.unsqueeze(labels, -1) if has_channel else labels
    if targets.kind == "multilabel":
        return graph.cast(graph.add("Greater", raw, 0.0), np.int64)
    if targets.are_one_class:
        codes = graph.add("ArgMax", graph.take(raw, 0, 1), axis=1, keepdims=0)
        return _named(graph, targets, codes)
    if targets.kind == "multiclass":
        return _named(graph, targets, graph.add("ArgMax", raw, axis=1, keepdims=0))
    codes = graph.cast(graph.add("Greater", graph.squeeze(raw, 1), 0.0), np.int64)
    return _named(graph, targets, codes)


def _named(graph: Graph, targets: Any, codes: str) -> str:
    """Return the labels of codes."""
    return graph.add("Gather", graph.array(targets.classes, label_dtype(targets)), codes, axis=0)


def label_dtype(targets: Any) -> type:
    """Return the type of labels: int64 for all numbers, which are whole ones, or str.

    Raises
    ------
    NotImplementedError
        For labels that are neither text nor numbers.
    """
    classes = np.asarray(targets.classes)
    if targets.kind == "multilabel" or classes.dtype.kind in "biuf":
        return np.int64
    labels = classes.tolist()
    if all(isinstance(label, str) for label in labels):
        return str
    if all(isinstance(label, Real) for label in labels):
        return np.int64
    raise NotImplementedError(
        f"to_onnx: labels such as {labels[0]!r} have no form in ONNX; fit with labels that are text"
        " or numbers"
    )


def add_probabilities(graph: Graph, targets: Any, outputs: Outputs) -> str:
    """Return the probability of each class, or label."""
    found = outputs.predictions
    if isinstance(targets, MaskTargets):
        return found
    if targets.are_one_class:
        return graph.add("Softmax", graph.take(found, 0, 1), axis=1)  # of one number: 1
    if targets.kind != "binary":
        return found
    return graph.join([graph.add("Sub", 1.0, found), found])


def add_decisions(graph: Graph, targets: Any, outputs: Outputs) -> str:
    """Return the outputs before the link; of two classes, one that is positive for the second."""
    raw = raw_of(graph, outputs)
    if isinstance(targets, MaskTargets) or targets.kind == "binary":
        return raw
    if targets.are_one_class:
        return graph.take(raw, 0, 1)
    if targets.are_two_classes:
        return graph.add("Sub", graph.take(raw, 1, 2), graph.take(raw, 0, 1))
    return raw


def add_numbers(graph: Graph, targets: Any, outputs: Outputs) -> tuple[str, Shape]:
    """Return predictions of a regressor, and the shape of a sample's: (1,) for one number."""
    x, shape = outputs.predictions, outputs.shape
    if isinstance(targets, ScaledTargets):
        x = _on_scale(graph, targets, x, shape)
    wanted = targets.shape or (1,)
    if shape == wanted:
        return x, shape
    if isinstance(targets, StepNumbers) and shape == (*wanted, 1):
        return graph.squeeze(x, -1), wanted
    graph.needs_size()
    return graph.reshape(x, wanted), wanted


def _on_scale(graph: Graph, targets: ScaledTargets, x: str, shape: Shape) -> str:
    """Return predictions on the scale of y and within its range, computed in float64."""
    x = graph.cast(x, np.float64)

    def numbers(values: np.ndarray) -> str:
        return graph.array(values.reshape(shape), np.float64)

    if targets.mean is not None and targets.scale is not None:
        x = graph.sum(graph.product(x, numbers(targets.scale)), numbers(targets.mean))
    if targets.bounds is not None:
        x = graph.add("Max", x, numbers(targets.bounds[0]))
        x = graph.add("Min", x, numbers(targets.bounds[1]))
    return graph.cast(x, graph.dtype)
