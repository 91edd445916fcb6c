"""The parameter `initial_encoder`: hidden layers initialised from an autoencoder."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.frozen import FrozenEstimator

from ...layers import Dense, GaussianSampling, TransposedDense


def set_initial_encoder(
    encoder: Any, kernels: list[np.ndarray], biases: list[np.ndarray], owner: str
) -> None:
    """Write the dense layers of a fitted autoencoder's encoder into a new network, in place.

    Parameters
    ----------
    encoder : AutoencoderTransformer, or one in a FrozenEstimator
    kernels, biases : list of ndarray
        Those of the network's hidden layers; as many of them are written as both have.
    owner : str
        The estimator's name, for errors.

    Raises
    ------
    TypeError
        If it is no autoencoder.
    ValueError
        If it is not fitted, has layers that are not dense, or others than the network.
    """
    if isinstance(encoder, FrozenEstimator):
        encoder = encoder.estimator
    what = f"{owner}: initial_encoder={type(encoder).__name__}(...)"
    if not (hasattr(encoder, "tied_weights") and hasattr(encoder, "activations")):
        raise TypeError(f"{what} is no AutoencoderTransformer, nor one in a FrozenEstimator")
    if not hasattr(encoder, "weights_"):
        raise ValueError(
            f"{what} is not fitted; a clone, as in a grid search, keeps the weights of"
            " FrozenEstimator(...) alone"
        )
    try:
        given = encoder_kernels(encoder)
    except ValueError as error:
        raise ValueError(f"{what}: {error}") from None
    for place, ((kernel, bias), own, own_bias) in enumerate(zip(given, kernels, biases)):
        if kernel.shape != own.shape:
            raise ValueError(
                f"{what} has layers of {[k.shape[1] for k, _ in given]} units on"
                f" {given[0][0].shape[0]} features; layer {place} of the network has the shape"
                f" {own.shape}: hidden_layer_sizes has to begin with the encoder's units"
            )
        own[...], own_bias[...] = kernel, bias


def encoder_kernels(autoencoder: Any) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return kernel and bias of each of an encoder's dense layers, of codes those of means.

    They are for X as it is given: the first kernel is multiplied as X is for the encoder.

    Raises
    ------
    ValueError
        If the encoder has other layers with weights, or none at all.
    """
    found: list[tuple[np.ndarray, np.ndarray]] = []
    built = autoencoder._built
    for name, layer in zip(built.names[: built.n_encoder], built.layers):
        weights = autoencoder.weights_.get(name, {})
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
    found[0] = found[0][0] * autoencoder._samples().factor, found[0][1]
    return found
