"""A small network trained for a few updates, to compare what different processors make of it."""

import numpy as np

from skneural.layers import Activation, Dense, Dropout
from skneural.losses import LogLoss
from skneural.network.network import Network
from skneural.optimizers import Adam


def train(dtype=np.float32):
    """Return parameters, losses and predictions of a network after two epochs."""
    random = np.random.default_rng(0)
    x = random.normal(0, 1, (70, 19)).astype(dtype)
    y = random.integers(0, 3, (70, 1)).astype(dtype)
    layers = [Dense(37), Activation("tanh"), Dropout(0.2), Dense(3)]
    network = Network(layers, 19, LogLoss().for_targets("multiclass"), 3, dtype)
    network.initialize(np.random.RandomState(0))
    settings = {"batch_size": 32, "optimizer": Adam(), "alpha": 0.01, "n_jobs": 1, "seed": 4}
    with network.training_session(x, y, **settings) as session:
        losses = [session.run_epoch(None, np.full(session.n_batches, 0.01)) for _ in range(2)]
    return {
        "parameters": network.parameters, "losses": np.array(losses), "output": network.predict(x),
    }
