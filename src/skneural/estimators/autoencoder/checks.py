"""Checks of the parameters of an autoencoder, each and in combination."""

from __future__ import annotations

from typing import Any

from ..._whole_numbers import is_whole, wanted
from ...activations import get_activation
from ...layers.dense.contractive_dense import CONTRACTIVE_ACTIVATIONS
from ..base.layer_list import acts
from .layers import NOISES, given_layers


def check_autoencoder(estimator: Any) -> None:
    """Raise a ValueError for parameters that are each valid but do not go together."""
    owner = type(estimator).__name__
    for name in ("hidden_layer_sizes", "filters"):
        _check_counts(getattr(estimator, name), name, owner)
    if estimator.input_shape is not None:
        _check_counts(estimator.input_shape, "input_shape", owner)
    if estimator.noise in NOISES[1:] and estimator.noise_level >= 1:
        raise ValueError(
            f"{owner}: noise_level={estimator.noise_level} is the share of X that"
            f" noise={estimator.noise!r} destroys; it has to be below 1"
        )
    if isinstance(estimator.architecture, str):
        _check_forms(estimator, owner)
    else:
        _check_given(estimator, owner)


def check_output_activation(estimator: Any, link: str) -> None:
    """Raise a ValueError for an output activation on top of the loss's own."""
    given = estimator.output_activation
    if given is None or link == "identity" or get_activation(given).name == link:
        return
    raise ValueError(
        f"{type(estimator).__name__}: output_activation={given!r} does not go with"
        f" loss={estimator.loss!r}, whose reconstructions are {link!r} of the outputs; leave it out"
    )


def _check_counts(value, name, owner):
    entries = list(value) if hasattr(value, "__iter__") else [value]
    if not all(map(is_whole, entries)):
        raise ValueError(f"{owner}: {name}={value!r} must be {wanted(entries)}")


def _check_forms(estimator, owner):
    """Check the combination of forms of the autoencoder."""
    dense, code = estimator.architecture == "dense", get_activation(estimator.code_activation).name
    asked = {
        "tied_weights": estimator.tied_weights,
        "contractive": estimator.contractive > 0,
        "pretraining": estimator.pretraining is not None,
        "sparsity": estimator.sparsity is not None,
    }
    for name, is_asked in asked.items():
        value = f"{name}={getattr(estimator, name)!r}"
        if is_asked and estimator.variational and name != "sparsity":
            raise ValueError(f"{owner}: {value} does not go with variational=True")
        if is_asked and not dense and name != "sparsity":
            raise ValueError(f"{owner}: {value} needs architecture='dense'")
    if estimator.variational and code != "identity":
        raise ValueError(
            f"{owner}: code_activation={estimator.code_activation!r} does not go with"
            " variational=True, whose codes are means"
        )
    if estimator.sparsity == "kl" and code != "logistic":
        raise ValueError(
            f"{owner}: sparsity='kl' needs codes between 0 and 1, by code_activation='logistic';"
            f" got {estimator.code_activation!r}"
        )
    if estimator.contractive > 0:
        _check_contractive(estimator, owner)


def _check_contractive(estimator, owner):
    for name in ("activation", "code_activation"):
        if get_activation(getattr(estimator, name)).name not in CONTRACTIVE_ACTIVATIONS:
            raise ValueError(
                f"{owner}: {name}={getattr(estimator, name)!r} does not go with"
                f" contractive={estimator.contractive}, which knows the curvature of"
                f" {', '.join(CONTRACTIVE_ACTIVATIONS)}"
            )


def _check_given(estimator, owner):
    """Check an architecture given by its layers, and that no other parameter defines layers."""
    parts = estimator.architecture
    if len(parts) != 2 or not all(isinstance(part, (tuple, list)) for part in parts):
        raise ValueError(
            f"{owner}: architecture={parts!r} is neither 'dense' nor 'conv' nor a pair of lists of"
            " layers, those of the encoder and those of the decoder"
        )
    estimator._layer_list.check(estimator)
    encoder, decoder = ([pair for pair in p if acts(pair[1])] for p in given_layers(parts))
    if not (encoder and decoder):
        raise ValueError(
            f"{owner}: architecture={parts!r} has to have a layer in both parts at least"
        )
    code = [name for _, layer in encoder for name in layer.activation_names]
    if estimator.sparsity == "kl" and code[-1:] != ["logistic"]:
        raise ValueError(
            f"{owner}: sparsity='kl' needs codes between 0 and 1, from an encoder that ends with"
            " activation='logistic'"
        )
    instead = {
        "tied_weights": (False, "architecture='dense'"),
        "contractive": (0, "a ContractiveDense layer"),
        "variational": (False, "a GaussianSampling layer that ends the encoder"),
        "pretraining": (None, "architecture='dense'"),
        "output_activation": (None, "the activation of the decoder's last layer"),
    }
    for name, (default, what) in instead.items():
        if getattr(estimator, name) != default:
            raise ValueError(
                f"{owner}: {name}={getattr(estimator, name)!r} is ignored with an architecture"
                f" given by its layers; use {what}"
            )
