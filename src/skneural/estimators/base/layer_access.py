"""Inspection of a fitted network: a layer by its name, its weights and its outputs."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from ..._naming import did_you_mean
from ...data.numbers import check_numbers
from ...layers import Activation, Dense, Layer
from . import predictor as _predictor
from .large_data import rows_to_predict
from .summary import Summary, summarize


class LayerWeights(MutableMapping):
    """A layer's variables by name, backed by the estimator: setting one changes the estimator.

    Parameters
    ----------
    layer : str
        The layer's name, for errors.
    places : dict of str to tuple
        For each variable the list or dict of the estimator that holds it, and the key.
    """

    def __init__(self, layer: str, places: dict[str, tuple[Any, Any]]):
        self._layer = layer
        self._places = places

    def __getitem__(self, name: str) -> np.ndarray:
        holder, key = self._places[name]
        return holder[key]

    def __setitem__(self, name: str, values: Any) -> None:
        what = f"layer {self._layer!r}"
        if name not in self._places:
            has = f"has the weights {', '.join(self._places)}" if self._places else "has no weights"
            raise ValueError(f"{what} {has}, not {name!r}.{did_you_mean(name, self._places)}")
        check_numbers(values, f"{what}: {name!r}")
        values, needed = np.asarray(values), np.shape(self[name])
        if values.dtype.kind not in "biuf":
            raise ValueError(f"{what}: {name!r} needs real numbers, got {values.dtype}")
        if values.shape != needed:
            raise ValueError(f"{what}: {name!r} needs the shape {needed}, got {values.shape}")
        holder, key = self._places[name]
        holder[key] = values

    def __delitem__(self, name: str) -> None:
        raise TypeError(f"layer {self._layer!r} needs its {name!r}, which cannot be deleted")

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __repr__(self) -> str:
        return repr(dict(self))


@dataclass
class FittedLayer:
    """A layer of a fitted network.

    Attributes
    ----------
    name : str
    layer : Layer
        A copy, as it was fitted; a parameter is changed by the estimator's ``set_params``, as in
        ``set_params(conv1__trainable=False)``.
    input_shape, output_shape : tuple of int
        Of a sample.
    weights : mapping of str to ndarray
        The layer's variables by name: those in the estimator's ``weights_``, or ``coefs_`` and
        the lists beside it, so that the estimator predicts with what is written into them or
        assigned. Other names and shapes raise an error.
    """

    name: str
    layer: Layer
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    weights: LayerWeights

    def __setattr__(self, name: str, value: Any) -> None:
        if len(vars(self)) == len(fields(self)):
            raise AttributeError(
                f"FittedLayer: {name!r} cannot be set here; parameters of a layer are the"
                f" estimator's, as in set_params({self.name}__trainable=False), and weights are"
                f" written into, as in get_layer({self.name!r}).weights['kernel'][:] = 0"
            )
        super().__setattr__(name, value)


def fitted_layer(estimator: Any, layer: Any) -> FittedLayer:
    """Return a layer of a fitted estimator, by its name or place."""
    number = number_of(estimator, layer)
    name, shapes = estimator._built.names[number], shapes_of(estimator)
    return FittedLayer(
        name,
        layers_as_given(estimator)[number],
        shapes[number],
        shapes[number + 1],
        LayerWeights(name, estimator._shown.places_of(estimator, number)),
    )


def shapes_of(estimator: Any) -> list[tuple[int, ...]]:
    """Return the shape of a sample before and after each layer."""
    shapes = [estimator._samples().shape]
    for layer in estimator._built.layers:
        shapes.append(layer.output_shape(shapes[-1]))
    return shapes


def outputs_of(estimator: Any, X: Any, layer: Any) -> np.ndarray:
    """Return the outputs of a layer for each sample of X."""
    number = number_of(estimator, layer)
    network = _predictor.predictor(estimator)
    rows, n_jobs = rows_to_predict(estimator, X, network.dtype), estimator.n_jobs
    if number == len(estimator._built.layers) - 1:
        outputs = network.predict(rows, n_jobs=n_jobs)
        if network.n_members > 1:
            return outputs
    else:
        outputs = network.predict(rows, n_jobs=n_jobs, raw=True, n_layers=number + 1)
    return outputs.reshape(len(outputs), *network.shapes_of(rows)[number + 1])


def table_of(estimator: Any) -> Summary:
    """Return the table of a fitted estimator's layers."""
    check_has_layers(estimator)
    title, shape = type(estimator).__name__, estimator._samples().shape
    record = vars(estimator).get("_record")  # None if weights were assigned without a fit
    batch = None if record is None else record.batch
    return summarize(title, layers_as_given(estimator), shape, estimator._built.names, batch)


def layers_as_given(estimator: Any) -> list[Layer]:
    """Return the layers, the last with the activation that the loss has taken over."""
    *others, last = estimator._built.layers
    if isinstance(last, (Dense, Activation)):
        last = clone(last).set_params(activation=estimator.out_activation_)
    return [*others, last]


def check_has_layers(estimator: Any) -> None:
    """Raise unless an estimator is fitted, or its layers follow from assigned weights."""
    check_is_fitted(estimator)
    estimator._weights()
    estimator._shown.follow(estimator)


def number_of(estimator: Any, layer: Any) -> int:
    """Return the place of a layer by its name or place; raise a ValueError if there is none."""
    check_has_layers(estimator)
    names = estimator._built.names
    if isinstance(layer, str) and layer in names:
        return names.index(layer)
    if isinstance(layer, (int, np.integer)) and -len(names) <= layer < len(names):
        return range(len(names))[layer]
    raise ValueError(
        f"{type(estimator).__name__}: there is no layer={layer!r}; the layers are"
        f" {', '.join(names)}.{did_you_mean(layer, names)}"
    )
