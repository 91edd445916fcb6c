"""Greedy layer-wise pretraining: an autoencoder's layers from shallow ones, trained in turn."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from ...data.rows import Rows
from ...network.network import Network
from ..base.sizes import sizes
from .codes import codes_of


def pretrain_layerwise(
    estimator: Any, network: Network, rows: Rows, random_state: np.random.RandomState
) -> bool:
    """Write the weights of shallow autoencoders into a deep one's network, in place.

    Each is trained on the outputs of the encoders before it. Hinton and Salakhutdinov 2006,
    with autoencoders in place of restricted Boltzmann machines as in Bengio et al. 2007, "Greedy
    layer-wise training of deep networks". Layers that are not reached within
    `max_time`, or before Ctrl-C, stay as drawn.

    Parameters
    ----------
    estimator : BaseAutoencoder
        Of dense layers.
    network : Network
    rows : Rows
    random_state : RandomState
        Draws the seeds of the shallow autoencoders.

    Returns
    -------
    bool
        Whether Ctrl-C ended it.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C before the first layer was trained.
    """
    n_trained = 0
    try:
        for interrupted in _layers_trained(estimator, network, rows, random_state):
            n_trained += 1
            if interrupted:
                return True
    except KeyboardInterrupt:  # between the epochs of two layers
        if n_trained == 0:
            raise
        return True
    return False


def _layers_trained(
    estimator: Any, network: Network, rows: Rows, random_state: np.random.RandomState
) -> Iterator[bool]:
    """Train layer after layer; yield after each whether Ctrl-C ended its training."""
    weights = estimator._show_weights(network)["weights_"]
    widths, X = [*sizes(estimator.hidden_layer_sizes), estimator.n_components], rows.X
    started = time.perf_counter()
    for place, units in enumerate(widths):
        seed = random_state.randint(np.iinfo(np.int32).max)
        shallow = _shallow(estimator, place, units, place == len(widths) - 1, seed)
        if estimator.max_time is not None:
            shallow.max_time = estimator.max_time - (time.perf_counter() - started)
            if shallow.max_time <= 0:
                break
        shallow._train(X, None, rows.sample_weight)  # few epochs are enough: no ConvergenceWarning
        for layer, source in _counterparts(place, len(widths)).items():
            for name, values in shallow.weights_[source].items():
                weights[layer][name][...] = values
        yield shallow._record.interrupted
        X = codes_of(shallow, X)


def _shallow(estimator, place, units, is_code, seed):
    """Return the shallow estimator of one layer, with the deep one's parameters."""
    parameters = estimator.get_params(deep=False) | {
        "n_components": units,
        "hidden_layer_sizes": (),
        "code_activation": estimator.code_activation if is_code else estimator.activation,
        "sparsity": estimator.sparsity if is_code else None,
        "pretraining": None,
        "max_iter": estimator.pretraining_max_iter,
        "random_state": seed,
        "input_shape": None,
        "rescale": estimator.rescale_ if place == 0 else None,
        "early_stopping": False,
        "warm_start": False,
        "target_loss": None,
    }
    if estimator.solver == "lbfgs":  # the deep one's fit has warned that it does not use them
        parameters |= {"weight_decay": None, "max_grad_norm": None}
    if place > 0:
        parameters |= {"loss": "squared_error", "output_activation": estimator.activation}
    return type(estimator)(**parameters)


def _counterparts(place, n_layers):
    """Return the deep network's names of an encoder's layer and its decoder's, with theirs."""
    encoder = "code" if place == n_layers - 1 else f"encoder_{place + 1}"
    decoder = "output" if place == 0 else f"decoder_{n_layers - place}"
    return {encoder: "code", decoder: "output"}
