"""Looking into a fitted network: a layer by its name, its weights and its outputs."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from ..._naming import did_you_mean
from ...data.numbers import check_numbers
from ...layers import Activation, Dense, Layer
from . import predictor as _predictor
from .summary import Summary, summarize


class LayerWeights(MutableMapping):
    """A layer's variables by name, those of the estimator: set here, they are set there.

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
        the lists beside it, so that what is written into them, or set in their place, is what the
        estimator predicts with. Other names and shapes are refused.
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


class LayerAccess:
    """Mixin of estimators whose fitted layers have names."""

    _layers: list[Layer]
    out_activation_: str
    _layer_names: list[str]

    def get_layer(self, layer: str | int) -> FittedLayer:
        """Return a layer of the fitted network.

        Parameters
        ----------
        layer : str or int
            Its name, or its place: 0 is the first, -1 the output layer.

        Returns
        -------
        FittedLayer
            With ``name``, ``layer``, ``input_shape``, ``output_shape`` and ``weights``, a
            mapping of arrays that may be edited.

        Raises
        ------
        ValueError
            If there is no such layer.
        NotFittedError
            If the estimator is not fitted.
        """
        number = self._number_of(layer)
        name, shapes = self._layer_names[number], self._shapes()
        return FittedLayer(
            name,
            self._layers_as_given()[number],
            shapes[number],
            shapes[number + 1],
            LayerWeights(name, self._places_of(number)),  # type: ignore[attr-defined]
        )

    def activations(self, X: ArrayLike, layer: str | int) -> np.ndarray:
        """Return what a layer gives for each sample, as in prediction.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features) or (n_samples, ...)
            The input data.
        layer : str or int
            The layer's name, or its place: 0 is the first, -1 the output layer, whose outputs are
            the predictions. A block such as `Residual` is one layer.

        Returns
        -------
        outputs : ndarray of shape (n_samples, ...)
            In the shape of the layer's output.
        """
        number = self._number_of(layer)
        network = _predictor.predictor(self)
        rows = self._check_X(X, network.dtype)  # type: ignore[attr-defined]
        n_jobs = self.n_jobs  # type: ignore[attr-defined]
        if number == len(self._layers) - 1:
            outputs = network.predict(rows, n_jobs=n_jobs)
        else:
            outputs = network.predict(rows, n_jobs=n_jobs, raw=True, n_layers=number + 1)
        return outputs.reshape(len(outputs), *self._shapes()[number + 1])

    def summary(self) -> Summary:
        """Return the network's layers, output shapes and parameter counts, as a table.

        Returns
        -------
        Summary
            A string, at most 88 columns wide, that a console or a notebook shows as it is. After
            training it also tells what a batch took in memory.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted: the shapes follow from the data.
        """
        self._check_has_layers()
        title, shape = type(self).__name__, self._network_shape()  # type: ignore[attr-defined]
        record = vars(self).get("_record")  # None where weights were put in and no fit made them
        batch = None if record is None else record.batch
        return summarize(title, self._layers_as_given(), shape, self._layer_names, batch)

    def _layers_as_given(self) -> list[Layer]:
        """Return the layers, the last with the activation that the loss has taken over."""
        *others, last = self._layers
        if isinstance(last, (Dense, Activation)):
            last = clone(last).set_params(activation=self.out_activation_)
        return [*others, last]

    def _shapes(self) -> list[tuple[int, ...]]:
        shapes = [self._network_shape()]  # type: ignore[attr-defined]
        for layer in self._layers:
            shapes.append(layer.output_shape(shapes[-1]))
        return shapes

    def _check_has_layers(self) -> None:
        check_is_fitted(self)
        self._weights()  # type: ignore[attr-defined]
        self._follow_weights()  # type: ignore[attr-defined]

    def _number_of(self, layer: Any) -> int:
        self._check_has_layers()
        names = self._layer_names
        if isinstance(layer, str) and layer in names:
            return names.index(layer)
        if isinstance(layer, (int, np.integer)) and -len(names) <= layer < len(names):
            return range(len(names))[layer]
        raise ValueError(
            f"{type(self).__name__}: there is no layer={layer!r}; the layers are"
            f" {', '.join(names)}.{did_you_mean(layer, names)}"
        )
