"""What estimators share that are trained to give X back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.utils import check_array

from ...data.channels_first import check_channels_last, read_images
from ...data.checks import named
from ...data.numbers import check_numbers, stored_numbers
from ...data.rescaling import RESCALE, Rescaling
from ...data.rows import Rows
from ...data.sample_shapes import SampleShapes, sample_shape, shape_as_told
from ...data.variance import mean_variance
from ...layers import (
    Conv1D,
    Dense,
    GaussianSampling,
    KLSparsity,
    L1Sparsity,
    Layer,
    TransposedDense,
)
from ...losses import LogLoss, Loss, get_loss
from ...network.network import Network
from ..base import predictor as _predictor
from ..base.estimator import BaseNeuralNetwork
from ..base.layer_access import LayerAccess
from ..base.layer_list import LayerList, with_layers
from ..base.weights import NamedWeights
from .checks import AUTOENCODER_CONSTRAINTS, check_autoencoder, check_output_activation
from .layers import PARTS, given_layers, make_autoencoder
from .pixel_log_loss import PixelLogLoss
from .pretraining import pretrain_layerwise


class BaseAutoencoder(
    LayerList, Rescaling, LayerAccess, SampleShapes, NamedWeights, BaseNeuralNetwork
):
    """Base of the autoencoders: an encoder, a decoder, and X itself as the targets."""

    _layers_parameter = "architecture"
    _parameter_constraints: dict = {
        **AUTOENCODER_CONSTRAINTS,
        **RESCALE,
        **BaseNeuralNetwork._parameter_constraints,
        "scoring": [callable, None],
    }
    architecture: Any
    input_shape: Any
    loss: Any
    noise: str | None
    pretraining: str | None
    _deviation: float
    variational: bool
    n_jobs: int | None

    def _check_parameters(self) -> None:
        check_autoencoder(self)

    def _check_X_y(self, X: Any, y: Any, dtype: Any, first: bool) -> tuple[Any, Any]:
        shape = sample_shape(X, type(self).__name__)
        X, _ = super()._check_X_y(X, None, dtype, first)
        if first:
            self._sample_shape = (X.shape[1],) if shape is None else shape
        return X, X

    def _choose_input_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        if self.input_shape is not None:
            told = self.input_shape
            return shape_as_told("input_shape", told, shape, type(self).__name__)
        is_conv = isinstance(self.architecture, str) and self.architecture == "conv"
        if is_conv or read_images(self._given_encoder()):
            check_channels_last(shape, type(self).__name__, "input_shape")
        return (*shape, 1) if is_conv and len(shape) == 2 else shape

    def _sees_images(self) -> bool:
        series = any(isinstance(layer, Conv1D) for layer in self._given_encoder())
        return len(self.input_shape_) > 1 and not series

    def _accepts_sparse(self) -> bool:
        if isinstance(self.architecture, str):
            return self.architecture == "dense"
        layers = self._given_encoder()
        return bool(layers) and layers[0].reads_sparse

    def _given_encoder(self) -> list[Layer]:
        """Return the encoder's layers where the architecture is given by them, else none."""
        named = given_layers(self.architecture)[:1]
        return [layer for part in named for _, layer in part if isinstance(layer, Layer)]

    def _named_layers(self) -> list[tuple[str, Any]]:
        return [pair for part in given_layers(self.architecture) for pair in part]

    def _with_layers(self, replaced: Mapping[str, Any]) -> Any:
        parts = [
            with_layers(layers, {
                name.removeprefix(f"{part}_"): layer
                for name, layer in replaced.items() if name.startswith(f"{part}_")
            })
            for part, layers in zip(PARTS, self.architecture, strict=True)
        ]
        return type(self.architecture)(parts)

    def _learn_targets(
        self, y: Any, first: bool, incremental: bool = False, classes: Any = None
    ) -> None:
        self.n_outputs_ = y.shape[1]

    def _encode(self, y: Any, dtype: np.dtype) -> Any:
        return y

    def _make_loss(self) -> Loss:
        if self.loss == "log_loss" or isinstance(self.loss, LogLoss):
            loss = PixelLogLoss()
            loss.factor = self._factor
            return loss
        return get_loss(self.loss, type(self).__name__, "regression")

    def _make_layers(self) -> list[Layer]:
        link, shape = self._loss.link, self.input_shape_
        if isinstance(self.architecture, str):
            check_output_activation(self, link)
        layers = make_autoencoder(self, shape, link, self._value_range)
        self._layer_names = [name for name, _ in layers.pairs]
        self._ties = layers.tied_places()
        self._n_encoder = len(layers.encoder)
        for _, layer in layers.encoder:
            shape = layer.output_shape(shape)
        self._n_features_out = math.prod(shape)
        return [layer for _, layer in layers.pairs]

    def _make_network(self, dtype: np.dtype) -> Network:
        return Network(
            self._layers, self.input_shape_, self._loss, self.n_outputs_, dtype, ties=self._ties,
            scale=self._factor,
        )

    def _adapt(self, network: Network, rows: Rows, random_state: np.random.RandomState) -> bool:
        if self.pretraining is None:
            return False
        return pretrain_layerwise(self, network, rows.alone(), random_state)

    def _tolerance_unit(self, rows: Rows, anew: bool) -> float:
        if anew or not hasattr(self, "_deviation"):
            variance = mean_variance(rows.X, rows.weights_among_all())
            self._deviation = self._factor * math.sqrt(variance)  # as the network sees X
        return self._loss.size_of(self._deviation or 1.0)

    def _draws_codes(self) -> bool:
        """Whether the encoder ends in distributions of codes: the fitted one if there is one."""
        if self._is_fitted(vars(self)):
            encoder = self._layers[: self._n_encoder]
        elif isinstance(self.architecture, str):
            return self.variational
        else:
            encoder = self._given_encoder()
        drawn = [layer for layer in encoder if not isinstance(layer, (L1Sparsity, KLSparsity))]
        return bool(drawn) and isinstance(drawn[-1], GaussianSampling)

    def _default_score(self, network: Network, rows: Rows) -> float:
        return -network.evaluate(rows.X, rows.y, rows.sample_weight)

    def _fitted_attributes(self, training: Any) -> dict[str, Any]:
        attributes = super()._fitted_attributes(training)
        last, link = self._layers[-1], attributes["out_activation_"]
        if link == "identity":
            attributes["out_activation_"] = ([link, *last.activation_names])[-1]
        return attributes

    def _network_and_rows(self, X: Any) -> tuple[Network, Any]:
        """Return the fitted network and X as it reads it."""
        network = _predictor.predictor(self)
        return network, self._check_X(X, network.dtype)

    def _codes(self, X: Any) -> np.ndarray:
        """Return the codes of X, shape (n_samples, n_features_out)."""
        network, rows = self._network_and_rows(X)
        return network.predict(rows, n_jobs=self.n_jobs, raw=True, n_layers=self._n_encoder)

    def _encoder_kernels(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return kernel and bias of each of the encoder's dense layers, of codes those of means.

        They are for X as it is given: the first kernel is multiplied as X is for the encoder.

        Raises
        ------
        ValueError
            If the encoder has other layers with weights, or none at all.
        """
        found: list[tuple[np.ndarray, np.ndarray]] = []
        for name, layer in zip(self._layer_names[: self._n_encoder], self._layers):
            weights = self.weights_.get(name, {})
            if weights and not isinstance(layer, Dense):
                raise ValueError(f"the encoder has layer {name!r}, which is not dense")
            if isinstance(layer, GaussianSampling) and found:
                kernel, bias = found[-1]
                found[-1] = kernel[:, : kernel.shape[1] // 2], bias[: len(bias) // 2]
            elif weights:
                kernel = weights["kernel"]
                kernel = kernel.T if isinstance(layer, TransposedDense) else kernel
                found.append((kernel, weights.get("bias", np.zeros(layer.units))))
        if not found:
            raise ValueError("the encoder has no dense layer")
        found[0] = found[0][0] * self._factor, found[0][1]
        return found

    def _decode(self, codes: Any) -> np.ndarray:
        """Return what the decoder makes of codes, samples in the shape of those of X."""
        network = _predictor.predictor(self)
        with named(type(self).__name__):
            codes = _check_codes(codes, network.dtype, self._n_features_out)
        outputs = network.predict(codes, n_jobs=self.n_jobs, first_layer=self._n_encoder)
        return self._as_given(outputs).reshape(len(outputs), *self._sample_shape)

    def _as_given(self, outputs: np.ndarray) -> np.ndarray:
        """Return reconstructions on the scale of X."""
        return outputs if self.rescale_ is None else outputs / outputs.dtype.type(self.rescale_)

    def _reconstruct(self, X: Any) -> np.ndarray:
        """Return X after encoding and decoding, samples in the shape of those of X."""
        shape = sample_shape(X, type(self).__name__)
        network, rows = self._network_and_rows(X)
        outputs = self._as_given(network.predict(rows, n_jobs=self.n_jobs))
        return outputs if shape is None else outputs.reshape(len(outputs), *shape)

    def _row_losses(self, X: Any, penalized: bool = False) -> np.ndarray:
        """Return the loss of each row, shape (n_samples,), with the penalties if so wanted."""
        network, rows = self._network_and_rows(X)
        network.loss.check_targets(stored_numbers(rows), type(self).__name__)
        return network.losses(rows, rows, penalized, self.n_jobs)


def _check_codes(codes: Any, dtype: np.dtype, n_features: int) -> np.ndarray:
    check_numbers(codes, "codes X")
    codes = check_array(codes, dtype=dtype, order="C", input_name="X")
    if codes.shape[1] != n_features:
        raise ValueError(f"codes have {n_features} numbers, X has {codes.shape[1]} features")
    return codes
