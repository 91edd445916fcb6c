"""Mix pairs of images, and their targets."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from scipy.special import betaincinv
from sklearn.utils._param_validation import Interval

from ..engine.compile.jit import helper
from ..engine.fields import Address, Callee, Count, Doubles, Row, RowDouble, RowInteger, Rows
from ..engine.kernels import kernel, row_kernel, row_of
from ..engine.plan import Buffer, Plan
from ..engine.primitives import (
    FIRST,
    ORDER,
    ROW_FIELDS,
    ROWS,
    RUN_FIELDS,
    SEED,
    STEP,
    call,
    integers,
    real,
)
from ..engine.random import below, row_key, uniform
from ..engine.rows import rows_of
from ..engine.shares import sample_at
from ..engine.steps import Step
from ._base import Augmentation

_QUANTILES = 1025


class Mixup(Augmentation, name="mixup"):
    """Mix each image of a batch with another one, and the losses of their targets alike.

    Zhang, Cisse, Dauphin and Lopez-Paz 2018, "mixup: beyond empirical risk minimization",
    :arxiv:`1710.09412`. For each batch a share is drawn from Beta(alpha, alpha); an image becomes
    share times itself plus (1 - share) times the other, its loss share times the loss for its
    targets plus (1 - share) times that for the other's. As in the paper's code the pairs come
    from one batch, here shifted by a random number of rows.

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
        plan.by_all(mix_rows, x=images, y=mixed, quantiles=self._quantiles(plan), number=number,
                    columns=mixed.columns)
        return mixed

    def add_loss(
        self, plan: Plan, outputs: Buffer, add: Callable[[Buffer], np.ndarray], number: int
    ) -> np.ndarray:
        others, partners = plan.buffer(outputs.shape), plan.memory_of_rows(1, np.int64)
        plan.by_rows(copy_outputs, x=outputs, y=others, partner=partners, number=number,
                     columns=outputs.columns)
        losses, losses_of_others = add(outputs), add(others)
        loss, fields = plan.steps.pop(), plan.memory(ROW_FIELDS, np.int64)
        fields[:] = rows_of([loss], plan.dtype)[0]
        plan.steps.append(
            Step.of(for_partners, loss=loss.kernel, fields=fields, partners=partners)
        )
        plan.by_rows(mix_losses, gradient=outputs, other_gradient=others, loss=losses,
                     other_loss=losses_of_others, quantiles=self._quantiles(plan), number=number,
                     columns=outputs.columns)
        return losses

    def _quantiles(self, plan: Plan) -> np.ndarray:
        """Return the quantiles of Beta(alpha, alpha)."""
        quantiles = plan.memory(_QUANTILES, float)
        quantiles[:] = betaincinv(self.alpha, self.alpha, np.linspace(0, 1, _QUANTILES))
        return quantiles

    @classmethod
    def examples(cls) -> list[Augmentation]:
        return [cls(), cls(1.5)]


@helper
def share_of_batch(quantiles, number, run):
    """Return what of itself a row keeps in the present batch."""
    r = integers(run, RUN_FIELDS)
    place = uniform(row_key(r[SEED], r[STEP], number, 0), 0) * (_QUANTILES - 1)
    before = np.int64(place)
    low, high = quantiles[before], quantiles[before + 1]
    return low + (place - before) * (high - low)


@helper
def partner_of(i, number, run):
    """Return the row that a row of the present batch is mixed with."""
    r = integers(run, RUN_FIELDS)
    n_rows = r[ROWS]
    if n_rows < 2:
        return i
    return (i + 1 + below(row_key(r[SEED], r[STEP], number, 0), 1, n_rows - 1)) % n_rows


@row_kernel
def mix_rows(
    x: Rows, y: Row, quantiles: Doubles, number: Count, columns: Count, i: int, run: int
) -> None:
    """Y (n) = share times its row of X (rows, n) plus the rest of the partner's row."""
    share = real(share_of_batch(quantiles, number, run))
    own, other = row_of(x, i), row_of(x, partner_of(i, number, run))
    for j in range(columns):
        y[j] = share * own[j] + (real(1.0) - share) * other[j]


@row_kernel
def copy_outputs(
    x: Row, y: Row, partner: RowInteger, number: Count, columns: Count, i: int, run: int
) -> None:
    """Copy X (n) to Y (n), and note which sample the row is mixed with."""
    partner[0] = sample_at(partner_of(i, number, run), run)
    for j in range(columns):
        y[j] = x[j]


@kernel
def for_partners(loss: Callee, fields: Address, partners: Address, run: int) -> None:
    """Run the kernel of a loss with the partners' samples in place of the batch's."""
    r = integers(run, RUN_FIELDS)
    order, first = r[ORDER], r[FIRST]
    r[ORDER], r[FIRST] = partners, 0
    call(loss, fields, run)
    r[ORDER], r[FIRST] = order, first


@row_kernel
def mix_losses(
    gradient: Row, other_gradient: Row, loss: RowDouble, other_loss: RowDouble,
    quantiles: Doubles, number: Count, columns: Count, run: int,
) -> None:
    """Mix gradient (n) and loss of a row with those for its partner's targets."""
    share = share_of_batch(quantiles, number, run)
    loss[0] = share * loss[0] + (1.0 - share) * other_loss[0]
    for j in range(columns):
        gradient[j] = real(share) * gradient[j] + real(1.0 - share) * other_gradient[j]
