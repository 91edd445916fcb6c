"""Log loss, of one class among several or of each label."""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Real
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval

from ..engine import math as fast
from ..engine.compile.jit import helper
from ..engine.fields import Count, Doubles, Row, RowDouble, SampleRow, SampleWeight
from ..engine.kernels import NamedKernel, row_kernel
from ..engine.primitives import IS_DOUBLE, real
from ._base import CLASSIFICATION, Loss
from ._mask_log_loss import MaskLogLoss, MembersLogLoss

_exp, _logistic, _softplus = fast.exp, fast.logistic, fast.softplus


class LogLoss(Loss, name="log_loss", task=CLASSIFICATION):
    """Minus the log of the probability given to the label: cross-entropy.

    Softmax over the outputs for more than two classes, the logistic function of each output for
    two classes and for multilabel targets. As in scikit-learn, probabilities are clipped to
    [eps, 1 - eps] for the value, eps the dtype's; the gradient is that of the loss unclipped.

    Parameters
    ----------
    label_smoothing : float in [0, 1), default=0.0
        Share of a label's weight that is spread over all labels: Szegedy et al. 2015,
        arXiv 1512.00567.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "label_smoothing": [Interval(Real, 0, 1, closed="left")]
    }

    def __init__(self, label_smoothing: float = 0.0):
        self.label_smoothing = label_smoothing

    def for_targets(self, kind: str, label_smoothing: float = 0.0) -> Loss:
        smoothing = label_smoothing or self.label_smoothing
        return (SoftmaxLogLoss if kind == "multiclass" else BinaryLogLoss)(smoothing)

    def for_masks(self, class_weights: Sequence[float], label_smoothing: float = 0.0) -> Loss:
        smoothing = label_smoothing or self.label_smoothing
        return MaskLogLoss(tuple(map(float, class_weights)), smoothing)

    @property
    def numbers(self) -> tuple[float, ...]:
        return 1 - self.label_smoothing, self.label_smoothing / 2, 0.0

    @classmethod
    def examples(cls) -> list[tuple[Loss, int]]:
        kinds = ((BinaryLogLoss, 1), (BinaryLogLoss, 3), (SoftmaxLogLoss, 4))
        masks = [(MaskLogLoss((1.0, 2.5, 0.5)), 6), (MaskLogLoss((1.0, 1.0), 0.1), 14)]
        return [(kind(smoothing), n) for kind, n in kinds for smoothing in (0.0, 0.1)] + masks


class BinaryLogLoss(LogLoss):
    """Log loss of each of the labels."""

    link = "logistic"

    @helper
    def rule(output, target, parameter):
        limit = real(36.04365338911715) if IS_DOUBLE else real(15.942384719848633)
        clipped = limit if output > limit else output
        clipped = -limit if clipped < -limit else clipped
        return _softplus(clipped) - target * clipped, _logistic(output) - target


class SoftmaxLogLoss(LogLoss):
    """Log loss of one class among several; targets are a column of class indices."""

    link = "softmax"

    @property
    def kernel(self) -> NamedKernel:
        return softmax_log_loss

    def n_targets(self, n_outputs: int) -> int:
        return 1

    def for_members(self, n_members: int, n_outputs: int) -> Loss:
        return MembersLogLoss(n_members, n_outputs, self.label_smoothing)


@row_kernel
def softmax_log_loss(
    outputs: Row, targets: SampleRow, weight: SampleWeight, loss: RowDouble, numbers: Doubles,
    columns: Count,
) -> None:
    """Loss of a row; gradients replace outputs (n)."""
    padded = (columns + 7) // 8 * 8
    keep, lift = numbers[0], 2.0 * numbers[1] / columns
    label = int(targets[0])
    top = outputs[0]
    sum_of_outputs = 0.0
    for j in range(columns):
        top = outputs[j] if outputs[j] > top else top
        sum_of_outputs += outputs[j]
    of_label = outputs[label]
    limit = 36.04365338911715 if IS_DOUBLE else 15.942385152878742
    for j in range(columns, padded):
        outputs[j] = real(-1e30)  # whole vectors; the exponential of these adds nothing
    for j in range(padded):
        outputs[j] = _exp(outputs[j] - top)
    total = real(0.0)
    for j in range(columns):
        total += outputs[j]
    for j in range(columns, padded):
        outputs[j] = real(0.0)
    log_total = math.log(total) + top
    surprise = log_total - of_label
    surprise = limit if surprise > limit else surprise
    loss[0] = weight * (keep * surprise + lift * (columns * log_total - sum_of_outputs))
    scale, inverse = real(weight), real(1.0) / total
    for j in range(columns):
        outputs[j] = (outputs[j] * inverse - real(lift)) * scale
    outputs[label] -= real(keep) * scale
