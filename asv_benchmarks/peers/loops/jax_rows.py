"""JAX with a whole epoch compiled: `lax.scan` over its batches, Adam of optax."""

from __future__ import annotations

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import optax

from asv_benchmarks.workloads.rows import Workload, make_data


class EpochLoop:
    """Dense rows; the last batch of an epoch may be smaller, as everybody's is."""

    def __init__(self, workload: Workload):
        self.workload, self.note = workload, "epoch compiled"
        X, y = make_data(workload)
        self.X, self.y = jnp.asarray(X), jnp.asarray(y if workload.regression else y.astype("i4"))
        self.optimizer = optax.adam(1e-3)
        self.epoch = jax.jit(self._epoch, donate_argnums=(0, 1))

    def _outputs(self, parameters, X):
        for weights, bias in parameters[:-1]:
            X = jax.nn.relu(X @ weights + bias)
        weights, bias = parameters[-1]
        return X @ weights + bias

    def _loss(self, parameters, X, y):
        outputs = self._outputs(parameters, X)
        if self.workload.regression:
            return jnp.mean((outputs[:, 0] - y) ** 2)
        return optax.softmax_cross_entropy_with_integer_labels(outputs, y).mean()

    def _update(self, state, rows):
        parameters, memory = state
        loss, gradient = jax.value_and_grad(self._loss)(
            parameters, self.X[rows], self.y[rows]
        )
        updates, memory = self.optimizer.update(gradient, memory, parameters)
        return (optax.apply_updates(parameters, updates), memory), loss

    def _epoch(self, parameters, memory, key):
        order = jax.random.permutation(key, len(self.X))
        size = self.workload.batch_size
        whole = len(order) // size * size
        state = parameters, memory
        state, _ = jax.lax.scan(self._update, state, order[:whole].reshape(-1, size))
        if whole < len(order):
            state, _ = self._update(state, order[whole:])
        return state

    def fit(self, epochs: int) -> None:
        """Train from scratch for a number of epochs."""
        random = np.random.default_rng(0)
        parameters = [
            (jnp.asarray(random.normal(0, 0.05, sizes), "f4"), jnp.zeros(sizes[1], "f4"))
            for sizes in itertools.pairwise(self.workload.sizes)
        ]
        memory = self.optimizer.init(parameters)
        key = jax.random.key(0)
        for number in range(epochs):  # a split into so many keys would be compiled each time
            key_of_epoch = jax.random.fold_in(key, number)
            parameters, memory = self.epoch(parameters, memory, key_of_epoch)
        jax.block_until_ready(parameters)
