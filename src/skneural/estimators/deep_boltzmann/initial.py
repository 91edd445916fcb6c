"""The parameter `initial`: hidden layers initialised from a deep Boltzmann machine."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.frozen import FrozenEstimator

from .dbm import DeepBoltzmannMachine
from .machine import rise_of


def start_from_machine(
    machine: Any, kernels: list[np.ndarray], biases: list[np.ndarray], owner: str
) -> None:
    """Write the weights of a fitted machine into a network's hidden layers, in place.

    On X, a layer between two others counts its input from below twice, as in the machine's own
    upward pass. On X beside the posterior means of the second of two layers, which the machine
    returns with ``features="augmented"``, the first layer gets its input from both sides, and gives
    the machine's own means: Salakhutdinov and Hinton 2009, section 3.3.

    Parameters
    ----------
    machine : DeepBoltzmannMachine, or one in a FrozenEstimator
    kernels, biases : list of ndarray
        Those of the network's hidden layers.
    owner : str
        The estimator's name, for errors.

    Raises
    ------
    TypeError
        If it is no machine.
    ValueError
        If it is not fitted, or has other layers.
    """
    if isinstance(machine, FrozenEstimator):
        machine = machine.estimator
    what = f"{owner}: initial={type(machine).__name__}(...)"
    if not isinstance(machine, DeepBoltzmannMachine):
        raise TypeError(f"{what} is no DeepBoltzmannMachine, nor one in a FrozenEstimator")
    if not hasattr(machine, "coefs_"):
        raise ValueError(
            f"{what} is not fitted; a clone, as in a grid search, keeps the weights of"
            " FrozenEstimator(...) alone"
        )
    given = _kernels_of(machine, len(kernels[0]))
    shapes, wanted = [kernel.shape for kernel in given], [kernel.shape for kernel in kernels]
    if shapes != wanted:
        raise ValueError(
            f"{what} gives weights of shapes {shapes}, but the hidden layers have {wanted}:"
            " hidden_layer_sizes has to be the machine's, and X what it was fitted on, or what it"
            " returns with features='augmented'"
        )
    for place, (kernel, bias) in enumerate(zip(kernels, biases, strict=True)):
        kernel[...], bias[...] = given[place], machine.intercepts_[place + 1]


def _kernels_of(machine: DeepBoltzmannMachine, n_features: int) -> list[np.ndarray]:
    coefs = [np.asarray(kernel) for kernel in machine.coefs_]
    if len(coefs) == 2 and n_features == len(coefs[0]) + coefs[1].shape[1]:
        return [np.concatenate([coefs[0], coefs[1].T]), coefs[1]]
    return [
        factor * kernel for factor, kernel in zip(rise_of(len(coefs))[1:], coefs, strict=True)
    ]
