"""An optimizer's kernel run by itself over a few updates."""

import numpy as np

from _helpers import run_kernel
from skneural.engine.plan import aligned
from skneural.engine.primitives import BATCH, COEFFICIENTS, SHARED
from skneural.optimizers._base import Memory

RATES = np.array([0.05, 0.04, 0.1, 0.02, 0.05])


def gradients_for(n_updates, size=37):
    """Gradients of very different sizes, with zeros and changes of sign."""
    random = np.random.default_rng(8)
    gradients = random.normal(0, 1, (n_updates, size)) * np.exp(random.normal(0, 2, size))
    gradients[:, 3] = 0
    gradients[1:2] *= -1
    return gradients


def run_updates(
    optimizer, dtype, *, start=None, gradients=None, rates=RATES, alpha=0.0, weight_decay=0.0,
    weight_sum=1.0, clip=1.0, only=slice(None),
):
    """Update parameters once for each row of gradients; return what there is afterwards."""
    dtype, rates = np.dtype(dtype), np.asarray(rates, float)
    if gradients is None:
        gradients = gradients_for(len(rates))
    if start is None:
        start = np.random.default_rng(9).normal(0, 1, gradients.shape[1])
    start = np.ascontiguousarray(start[only], dtype)
    gradients = np.ascontiguousarray(gradients[:, only], dtype)
    before = gradients.copy()
    size = len(start)
    weights = aligned(size, dtype)
    weights[:] = start
    slots = np.zeros((3, size), dtype)
    memory = Memory(*(slot.ctypes.data for slot in slots[: optimizer.n_slots]))
    coefficients = optimizer.coefficients(rates, 0)
    settings, squares = np.array([alpha, weight_decay, 0.0, 0.0]), np.zeros((len(rates), 1))
    for update, gradient in enumerate(gradients):
        fields = {
            "parameters": weights, "gradient": gradient, "memory": memory, "size": size,
            "settings": settings, "squares": squares[update],
        }
        state = {BATCH: update, COEFFICIENTS: coefficients, SHARED: [weight_sum, clip]}
        run_kernel(optimizer.kernel, dtype, fields, state=state)
    return {
        "weights": weights, "slots": slots[: optimizer.n_slots], "squares": squares[:, 0],
        "start": start, "gradients": gradients, "gradients_before": before,
    }
