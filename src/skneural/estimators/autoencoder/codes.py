"""Codes, reconstructions and losses of a fitted autoencoder."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils import check_array

from ...data.checks import named
from ...data.numbers import check_numbers
from ...data.provider import Provider
from ...data.sample_shapes import sample_shape
from ...layers import GaussianSampling, KLSparsity, L1Sparsity
from ...network.network import Network
from ..base.fit_checks import check_targets
from ..base.large_data import provided, rows_to_predict
from ..base.predictor import predictor
from .layers import given_encoder


def codes_of(autoencoder: Any, X: Any) -> np.ndarray:
    """Return the codes of X, shape (n_samples, n_features_out)."""
    network, rows = _network_and_rows(autoencoder, X)
    n_encoder = autoencoder._built.n_encoder
    return network.predict(rows, n_jobs=autoencoder.n_jobs, raw=True, n_layers=n_encoder)


def decoded(autoencoder: Any, codes: Any) -> np.ndarray:
    """Return codes decoded to samples, in the shape of those of X."""
    network = predictor(autoencoder)
    with named(type(autoencoder).__name__):
        codes = _check_codes(codes, network.dtype, autoencoder._n_features_out)
    n_encoder = autoencoder._built.n_encoder
    outputs = network.predict(codes, n_jobs=autoencoder.n_jobs, first_layer=n_encoder)
    return _on_scale(autoencoder, outputs).reshape(len(outputs), *autoencoder._sample_shape)


def reconstructed(autoencoder: Any, X: Any) -> np.ndarray:
    """Return X after encoding and decoding, samples in the shape of those of X."""
    X = provided(X)
    if isinstance(X, Provider):
        shape = autoencoder._sample_shape
    else:
        shape = sample_shape(X, type(autoencoder).__name__)
    network, rows = _network_and_rows(autoencoder, X)
    outputs = _on_scale(autoencoder, network.predict(rows, n_jobs=autoencoder.n_jobs))
    return outputs if shape is None else outputs.reshape(len(outputs), *shape)


def row_losses(autoencoder: Any, X: Any, penalized: bool = False) -> np.ndarray:
    """Return the loss of each row, shape (n_samples,), with the penalties if wanted."""
    network, rows = _network_and_rows(autoencoder, X)
    check_targets(network.loss, rows, type(autoencoder).__name__)
    return network.losses(rows, rows, penalized, autoencoder.n_jobs)


def draws_codes(autoencoder: Any) -> bool:
    """Whether the encoder ends in distributions of codes: the fitted one if there is one."""
    built = vars(autoencoder).get("_built")
    if autoencoder.__sklearn_is_fitted__() and built is not None:
        encoder = built.layers[: built.n_encoder]
    elif isinstance(autoencoder.architecture, str):
        return autoencoder.variational
    else:
        encoder = given_encoder(autoencoder.architecture)
    drawn = [layer for layer in encoder if not isinstance(layer, (L1Sparsity, KLSparsity))]
    return bool(drawn) and isinstance(drawn[-1], GaussianSampling)


def _network_and_rows(autoencoder: Any, X: Any) -> tuple[Network, Any]:
    network = predictor(autoencoder)
    return network, rows_to_predict(autoencoder, X, network.dtype)


def _on_scale(autoencoder: Any, outputs: np.ndarray) -> np.ndarray:
    """Return reconstructions on the scale of X."""
    factor = autoencoder.rescale_
    return outputs if factor is None else outputs / outputs.dtype.type(factor)


def _check_codes(codes: Any, dtype: np.dtype, n_features: int) -> np.ndarray:
    check_numbers(codes, "codes X")
    codes = check_array(codes, dtype=dtype, order="C", input_name="X")
    if codes.shape[1] != n_features:
        raise ValueError(f"codes have {n_features} numbers, X has {codes.shape[1]} features")
    return codes
