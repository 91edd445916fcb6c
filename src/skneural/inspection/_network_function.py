"""A fitted estimator as a function of X that has derivatives: layers and outputs, and back to X."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from ..data.checks import named
from ..data.numbers import as_dense
from ..data.rows import n_rows
from ..data.series_samples import SeriesSamples
from ..data.sources import Columns, FarRows, Sequences
from ..data.table_samples import TableSamples
from ..estimators.base.large_data import rows_to_predict
from ..estimators.base.layer_access import check_has_layers, number_of
from ..estimators.base.network_estimator import NetworkEstimator
from ..estimators.base.predictor import predictor
from ..layers import Embedding
from ..network.input_gradients import InputGradients
from ..network.output_slopes import MeanOutputs

Layer = str | int


class NetworkFunction:
    """What the layers of a fitted estimator make of X, and gradients of it by X.

    ``activations`` gives the outputs of layers; from the gradient of any function of them,
    ``backward`` finds that by X::

        function = NetworkFunction(estimator, X, "deep_dream")
        features, = function.activations(["conv2"])
        by_X = function.backward({"conv2": features})  # of half their sum of squares

    ``outputs`` has the outputs of the whole estimator, which may be means over several networks,
    or over an image and its mirror image; ``outputs_backward`` is the way back.

    Parameters
    ----------
    estimator : estimator
        A fitted one that has a network.
    X : array-like
        As the estimator reads it. `move_to` other numbers of the same shape is cheaper than a new
        object: plans are kept.
    caller : str
        The name of the public function, for errors.
    penalized : bool, default=False
        Whether `backward` adds the gradient of the layers' penalties.
    first_alone : bool, default=False
        Whether ``outputs`` are those of the first of several networks, as `activations` are.

    Attributes
    ----------
    rows : ndarray, Source or CSR matrix
        X as the network reads it.
    """

    def __init__(
        self, estimator: Any, X: Any, caller: str, penalized: bool = False,
        first_alone: bool = False,
    ):  # fmt: skip
        check_has_network(estimator, caller)
        check_has_layers(estimator)
        _check_reads_numbers(estimator, caller)
        self.estimator, self._caller = estimator, caller
        self.network = predictor(estimator)
        more = () if first_alone else vars(estimator).get("more_networks_", ())
        networks = [predictor(each) for each in more]
        self._gradients = [
            InputGradients(network, estimator.n_jobs, penalized)
            for network in (self.network, *networks)
        ]
        self.move_to(X)

    def move_to(self, X: Any) -> None:
        """Go on with another X."""
        vars(self).pop("outputs", None)
        self._X = X
        with named(self._caller):
            self.rows = rows_to_predict(self.estimator, X, self.network.dtype)
        if isinstance(self.rows, Columns) and not self.rows.numbers.shape[1]:
            raise ValueError(
                f"{self._caller}: {type(self.estimator).__name__} reads categories alone, which"
                " have no gradient; compare predictions for other categories instead"
            )

    def layer_number(self, layer: Layer) -> int:
        """Return the place of a layer by its name or place; raise a ValueError if there is none."""
        return number_of(self.estimator, layer)

    def activations(self, layers: Sequence[Layer]) -> list[np.ndarray]:
        """Return the outputs of layers, by names or places, each of shape (n_samples, ...).

        Of the last layer they are the raw outputs, before the activation that is the loss's.
        """
        numbers = [self.layer_number(layer) for layer in layers]
        return self._gradients[0].activations(self.rows, numbers)

    def backward(self, gradients: Mapping[Layer, np.ndarray]) -> Any:
        """Return the gradient by X for gradients by the outputs of layers, which add up."""
        of_layers = {self.layer_number(layer): each for layer, each in gradients.items()}
        return self.by_X(self._gradients[0].backward(self.rows, of_layers))

    @cached_property
    def outputs(self) -> MeanOutputs:
        """The outputs of the estimator: ``raw`` ones and ``predictions``, (n_samples, n_outputs).

        Sequences of unequal lengths are padded to one.
        """
        raw: list[np.ndarray] = []
        for gradients in self._gradients:
            network = gradients.network
            (found,) = gradients.activations(self.rows, [-1])
            if network.mirrored:
                found = (found + gradients.activations(self._mirrored(), [-1])[0]) / 2
            found = found.reshape(len(found), -1)
            raw += np.split(found, network.n_members, axis=1)
        return MeanOutputs(raw, self.network.loss.link, self._n_linked(raw[0].shape[1]))

    def outputs_backward(self, slopes: np.ndarray, of_raw: bool) -> Any:
        """Return the gradient by X for that by the raw outputs or predictions of the estimator."""
        by_rows = self.outputs_by_rows(slopes, of_raw)
        return self.by_X(by_rows)

    def outputs_by_rows(self, slopes: np.ndarray, of_raw: bool) -> np.ndarray:
        """Return the gradient by the rows that the network reads, before its scale."""
        if of_raw and self._is_single:  # which needs no outputs
            given = [slopes]
        else:
            given = self.outputs.slopes(slopes, of_raw)
        parts: list[np.ndarray] = []
        for gradients in self._gradients:
            n_members = gradients.network.n_members
            own, given = np.concatenate(given[:n_members], axis=1), given[n_members:]
            if gradients.network.mirrored:
                flipped = gradients.backward(self._mirrored(), {-1: own / 2})
                parts.append(flipped[:, :, ::-1])
                own = own / 2
            parts.append(gradients.backward(self.rows, {-1: own}))
        return np.sum(parts, axis=0)

    def by_X(self, gradient: np.ndarray) -> Any:
        """Return a gradient by X, given that by the rows that the network reads.

        It is an array in the shape of X, or a list of arrays where X is a list of series.
        """
        X, samples = self._X, self.estimator._samples()
        if isinstance(samples, TableSamples):
            return samples.backward(X, gradient)
        if isinstance(samples, SeriesSamples):
            return samples.backward(X, gradient.reshape(len(gradient), -1, samples.shape[1]))
        shape = getattr(X, "shape", None)
        if not isinstance(shape, tuple) or isinstance(self.rows, FarRows):
            shape = np.shape(X) if isinstance(X, (list, tuple)) else gradient.shape
        return gradient.reshape(shape)

    @property
    def n_samples(self) -> int:
        """How many rows X has."""
        return n_rows(self.rows)

    @property
    def lengths(self) -> np.ndarray | None:
        """How many steps each series has, None if all are as long."""
        return self.rows.lengths if isinstance(self.rows, Sequences) else None

    @property
    def _is_single(self) -> bool:
        """Whether outputs are those of one network that is no ensemble."""
        return len(self._gradients) == 1 and self.network.n_members == 1

    def _mirrored(self) -> np.ndarray:
        """Return the mirror images of the rows."""
        images = as_dense(self.rows)
        shape = images.shape[1:] if images.ndim == 4 else self.network.input_shape
        return np.ascontiguousarray(images.reshape(len(images), *shape)[:, :, ::-1])

    def _n_linked(self, n_outputs: int) -> int:
        return self.network.loss.n_linked(n_outputs)


def check_has_network(estimator: Any, caller: str) -> None:
    """Raise a TypeError for what has no network that gradients can go through."""
    if isinstance(estimator, NetworkEstimator):
        check_fitted(estimator, caller)
        return
    name = type(estimator).__name__
    if isinstance(estimator, type):
        raise TypeError(f"{caller}: estimator={estimator!r} is a class; give a fitted instance")
    hints = (
        ("steps", "give its last step, and X as the steps before it transform it"),
        ("best_estimator_", "give its best_estimator_"),
        ("regressors_", "give one of its regressors_, and windows as X"),
        ("vocabulary_", "it reads tokens, which have no gradient"),
        ("estimator_", "give its estimator_, or use input_gradient"),
        ("components_", "use input_gradient, which has gradients of its hidden units"),
    )
    hint = next(
        (text for attribute, text in hints if hasattr(estimator, attribute)),
        "give a fitted network of scikit-neural, such as an MLPClassifier",
    )
    raise TypeError(f"{caller}: {name} has no network of its own; {hint}")


def check_fitted(estimator: Any, caller: str) -> None:
    """Raise a NotFittedError that names the function for what is not fitted."""
    check_is_fitted(
        estimator, msg=f"{caller}: this %(name)s instance is not fitted yet; call 'fit' first"
    )


def _check_reads_numbers(estimator: Any, caller: str) -> None:
    """Raise a ValueError for tokens, which have no gradient."""
    first = estimator._built.layers[0] if estimator._built.layers else None
    if getattr(estimator, "n_tokens", None) is not None or isinstance(first, Embedding):
        raise ValueError(
            f"{caller}: {type(estimator).__name__} reads token ids, which have no gradient;"
            " compare predictions without a token instead"
        )
