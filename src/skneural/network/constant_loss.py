"""The loss of the best constant outputs: what a network has to beat."""

from __future__ import annotations

import numpy as np
import scipy.optimize

from ..layers import Dense
from .network import Network

_MOST_OUTPUTS = 4096


def constant_loss(network: Network, y: np.ndarray, sample_weight: np.ndarray | None) -> float:
    """Return the least mean loss that outputs have which are the same for all rows.

    Parameters
    ----------
    network : Network
        Whose loss it is.
    y : ndarray of shape (n_samples, n_targets), the network's dtype
    sample_weight : ndarray of shape (n_samples,) or None

    Returns
    -------
    float
        As it is reported; NaN for more than 4,096 outputs.
    """
    if network.n_outputs > _MOST_OUTPUTS:
        return np.nan
    inputs = np.zeros((len(y), 1), network.dtype)
    only_bias = Network([Dense(network.n_outputs)], 1, network.loss, network.n_outputs, np.float64)
    inputs, y = inputs.astype(float), np.ascontiguousarray(y, float)
    with only_bias.training_session(
        inputs, y, sample_weight, batch_size=len(y), n_jobs=1
    ) as session:

        def loss_and_gradient(vector: np.ndarray) -> tuple[float, np.ndarray]:
            only_bias.parameters[: only_bias.n_trained] = vector
            return session.loss_and_gradient()

        found = scipy.optimize.minimize(
            loss_and_gradient, np.zeros(only_bias.n_trained), jac=True, method="L-BFGS-B"
        )
    return float(network.loss.reported(found.fun, network.n_outputs))
