"""Mix pairs of images, and their targets."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from scipy.special import betaincinv
from sklearn.utils._param_validation import Interval

from ..engine.compile.jit import helper, kernel
from ..engine.plan import Buffer, Plan
from ..engine.primitives import (
    FIRST,
    IN_CHUNKS,
    ORDER,
    ROW_FIELDS,
    ROWS,
    RUN_FIELDS,
    SEED,
    STEP,
    call,
    doubles,
    integers,
    real,
    reals,
)
from ..engine.random import below, row_key, uniform
from ..engine.shares import sample_at, share_begin, share_end
from ..engine.steps import Step
from ._base import Augmentation

_QUANTILES = 1025


class Mixup(Augmentation, name="mixup"):
    """Mix each image of a batch with another one, and the losses of their targets alike.

    Zhang, Cisse, Dauphin and Lopez-Paz 2018, "mixup: beyond empirical risk minimization",
    :arxiv:`1710.09412`. For each batch a share is drawn from Beta(alpha, alpha); an image becomes
    share times itself plus (1 - share) times the other, its loss share times the loss for its
    targets plus (1 - share) times that for the other's. As in the paper's code the pairs come
    from one batch; here by moving it on by a random number of rows.

    Parameters
    ----------
    alpha : float, default=0.2
        The greater, the stronger the mixing; 0 mixes nothing.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "alpha": [Interval(Real, 0, None, closed="left")]
    }

    def __init__(self, alpha: float = 0.2):
        self.alpha = alpha

    @property
    def mixes_targets(self) -> bool:
        return self.alpha > 0

    def build(self, plan: Plan, images: Buffer, number: int) -> Buffer:
        if self.alpha == 0:
            return images
        mixed = plan.buffer(images.shape)
        plan.by_all(mix_rows, images.address, images.stride, mixed.address, mixed.stride,
                    mixed.columns, self._quantiles(plan), number)
        return mixed

    def add_loss(
        self, plan: Plan, outputs: Buffer, add: Callable[[Buffer], np.ndarray], number: int
    ) -> np.ndarray:
        others, partners = plan.buffer(outputs.shape), plan.memory_of_rows(1, np.int64)
        plan.by_rows(copy_outputs, outputs.address, outputs.stride, others.address, others.stride,
                     outputs.columns, partners.ctypes.data, number)
        losses, losses_of_others = add(outputs), add(others)
        loss = plan.steps.pop()
        plan.steps += [
            Step(for_partners, (partners.ctypes.data,)), Step(loss.kernel, loss.fields, IN_CHUNKS)
        ]
        plan.by_rows(mix_losses, outputs.address, outputs.stride, others.address, others.stride,
                     outputs.columns, losses.ctypes.data, losses_of_others.ctypes.data,
                     self._quantiles(plan), number)
        return losses

    def _quantiles(self, plan: Plan) -> int:
        """Return the address of the quantiles of Beta(alpha, alpha)."""
        quantiles = plan.memory(_QUANTILES, float)
        quantiles[:] = betaincinv(self.alpha, self.alpha, np.linspace(0, 1, _QUANTILES))
        return quantiles.ctypes.data

    @classmethod
    def examples(cls) -> list[Augmentation]:
        return [cls(), cls(1.5)]


@helper
def share_of_batch(quantiles, number, run):
    """Return what of itself a row keeps in the present batch."""
    r = integers(run, RUN_FIELDS)
    place = uniform(row_key(r[SEED], r[STEP], number, 0), 0) * (_QUANTILES - 1)
    table, before = doubles(quantiles, _QUANTILES), np.int64(place)
    return table[before] + (place - before) * (table[before + 1] - table[before])


@helper
def partner_of(i, number, run):
    """Return the row that a row of the present batch is mixed with."""
    r = integers(run, RUN_FIELDS)
    n_rows = r[ROWS]
    if n_rows < 2:
        return i
    return (i + 1 + below(row_key(r[SEED], r[STEP], number, 0), 1, n_rows - 1)) % n_rows


@kernel
def mix_rows(row, run):
    """Y (rows, n) = share times X (rows, n) plus the rest of the partners' rows."""
    field = integers(row, 9)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    columns = field[6]
    x, y = reals(field[2], n_rows * field[3]), reals(field[4], n_rows * field[5])
    share = real(share_of_batch(field[7], field[8], run))
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        own, other = i * field[3], partner_of(i, field[8], run) * field[3]
        for j in range(columns):
            y[i * field[5] + j] = share * x[own + j] + (real(1.0) - share) * x[other + j]


@kernel
def copy_outputs(row, run):
    """Copy X (rows, n) to Y (rows, n), and note which sample each row is mixed with."""
    field = integers(row, 9)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    x, y = reals(field[2], n_rows * field[3]), reals(field[4], n_rows * field[5])
    partners = integers(field[7], n_rows)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        partners[i] = sample_at(partner_of(i, field[8], run), run)
        for j in range(field[6]):
            y[i * field[5] + j] = x[i * field[3] + j]


@kernel
def for_partners(row, run):
    """Run the row of the plan that follows with the partners' samples in place of the batch's."""
    r = integers(run, RUN_FIELDS)
    order, first = r[ORDER], r[FIRST]
    r[ORDER], r[FIRST] = integers(row, 3)[2], 0
    following = row + ROW_FIELDS * 8
    call(integers(following, 1)[0], following, run)
    r[ORDER], r[FIRST] = order, first


@kernel
def mix_losses(row, run):
    """Mix gradients G (rows, n) and losses (rows) with those for the partners' targets."""
    field = integers(row, 11)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    g, others = reals(field[2], n_rows * field[3]), reals(field[4], n_rows * field[5])
    losses, losses_of_others = doubles(field[7], n_rows), doubles(field[8], n_rows)
    share = share_of_batch(field[9], field[10], run)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        losses[i] = share * losses[i] + (1.0 - share) * losses_of_others[i]
        for j in range(field[6]):
            own, other = g[i * field[3] + j], others[i * field[5] + j]
            g[i * field[3] + j] = real(share) * own + real(1.0 - share) * other
