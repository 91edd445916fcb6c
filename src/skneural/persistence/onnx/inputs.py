"""What models in ONNX read, and how that becomes the input of a network."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...data.series_samples import SeriesSamples
from ...data.table_samples import TableSamples
from .conversion import Shape
from .graph import Graph
from .tables import add_table, is_of_text


@dataclass(frozen=True)
class Input:
    """An input of a model.

    Parameters
    ----------
    name : str
    shape : tuple of int
        Of a sample.
    is_text : bool, default=False
        Whether it holds strings.
    """

    name: str
    shape: Shape
    is_text: bool = False


def inputs_of(estimator: Any) -> list[Input]:
    """Return the inputs that an estimator's model has: X, or the columns of a table with text."""
    samples = estimator._samples()
    if not isinstance(samples, TableSamples):
        return [Input("X", vars(estimator).get("_sample_shape", samples.shape))]
    table, n_columns = samples.table, estimator.n_features_in_
    if not any(map(is_of_text, table.categories)):
        return [Input("X", (n_columns,))]
    names = getattr(estimator, "feature_names_in_", [f"X{j}" for j in range(n_columns)])
    categories, columns = iter(table.categories), []
    for name, is_categorical in zip(names, table.is_categorical, strict=True):
        is_text = is_categorical and is_of_text(next(categories))
        columns.append(Input(str(name), (1,), is_text))
    return columns


def add_input(
    graph: Graph, estimator: Any, network: Any, given: Sequence[str], shape: Shape
) -> str:
    """Add what makes a network's input of the inputs of a model.

    Parameters
    ----------
    graph : Graph
    estimator : NetworkEstimator
    network : Network
    given : sequence of str
        Names of the inputs.
    shape : tuple of int
        Of a sample of the first.
    """
    samples = estimator._samples()
    if isinstance(samples, TableSamples):
        return add_table(graph, samples.table, given)
    x = graph.join([graph.cast(each, graph.dtype) for each in given])
    needed = network.shapes[0]
    if shape != needed:
        if math.prod(shape) != math.prod(needed):
            raise ValueError(
                f"to_onnx: {type(estimator).__name__} reads samples of shape {needed}, but the"
                f" model's input has samples of {shape}; give it samples of that shape"
            )
        graph.needs_size()
        x = graph.reshape(x, needed)
    if isinstance(samples, SeriesSamples) and "feature_scale_" in vars(estimator):
        scale, steps = estimator.feature_scale_, graph.cast(x, np.float64)
        steps = graph.add("Sub", steps, graph.array(scale.mean, np.float64))
        steps = graph.add("Div", steps, graph.array(scale.scale, np.float64))
        x = graph.cast(steps, graph.dtype)
    return x if network.scale == 1 else graph.product(x, network.scale)
