"""Log loss of masks: each pixel is of one class among several."""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from ..engine import math as fast
from ..engine.fields import Count, Doubles, Row, RowDouble, SampleRow, SampleWeight
from ..engine.kernels import NamedKernel, row_kernel
from ..engine.plan import Buffer, Plan
from ..engine.primitives import IS_DOUBLE, real
from ._base import CLASSIFICATION, Loss

_exp = fast.exp


class MaskLogLoss(Loss):
    """Mean over the pixels of a row of the log loss of their classes.

    Outputs are those of all classes of the first pixel, then of the second, and so on; targets are
    a column of class indices for each pixel; pixels of the index ``n_classes`` are left out.
    Softmax over the outputs of a pixel; probabilities are clipped for the value as in `LogLoss`.

    Parameters
    ----------
    class_weights : sequence of float, of length n_classes
        Weight of the pixels of each class.
    label_smoothing : float in [0, 1), default=0.0
        Share of a label's weight that is spread over all labels.
    n_counted : float or None, default=None
        What the sum over a row's pixels is divided by: how many of a row are not left out, on
        average. None if none are.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "class_weights": ["array-like"],
        "label_smoothing": [Interval(Real, 0, 1, closed="left")],
        "n_counted": [Interval(Real, 0, None, closed="neither"), None],
    }
    name, task = "log_loss", CLASSIFICATION
    link = "softmax"

    def __init__(
        self, class_weights: Sequence[float], label_smoothing: float = 0.0,
        n_counted: float | None = None,
    ):  # fmt: skip
        self.class_weights = class_weights
        self.label_smoothing = label_smoothing
        self.n_counted = n_counted

    @property
    def numbers(self) -> tuple[float, ...]:
        n_classes = len(self.class_weights)
        smoothing = 1 - self.label_smoothing, self.label_smoothing / n_classes
        return *smoothing, self.n_counted or 0.0, *self.class_weights

    @property
    def kernel(self) -> NamedKernel:
        return mask_log_loss

    def fields(
        self, plan: Plan, outputs: Buffer, targets: np.ndarray | Buffer, weights: Any,
        losses: np.ndarray,
    ) -> dict[str, Any]:
        fields = super().fields(plan, outputs, targets, weights, losses)
        pixels, labels = outputs.columns // len(self.class_weights), self.n_targets(outputs.columns)
        return {**fields, "columns": outputs.columns, "pixels": pixels, "labels": labels}

    def n_targets(self, n_outputs: int) -> int:
        return n_outputs // len(self.class_weights)

    def n_linked(self, n_outputs: int) -> int:
        return len(self.class_weights)


class MembersLogLoss(MaskLogLoss):
    """Mean over an ensemble's members of the log loss of a row's class, one among several.

    Parameters
    ----------
    n_members, n_classes : int
    label_smoothing : float in [0, 1), default=0.0
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "label_smoothing": [Interval(Real, 0, 1, closed="left")]
    }

    def __init__(self, n_members: int, n_classes: int, label_smoothing: float = 0.0):
        self.n_classes = n_classes
        self.n_members = n_members
        super().__init__((1.0,) * n_classes, label_smoothing)

    def n_targets(self, n_outputs: int) -> int:
        return 1


@row_kernel
def mask_log_loss(
    outputs: Row, targets: SampleRow, weight: SampleWeight, loss: RowDouble, numbers: Doubles,
    columns: Count, pixels: Count, labels: Count,
) -> None:
    """Loss of a row; gradients replace outputs (pixels * classes)."""
    classes, share = columns // pixels, weight / (numbers[2] if numbers[2] > 0.0 else pixels)
    keep, lift = numbers[0], numbers[1]
    least = 2.220446049250313e-16 if IS_DOUBLE else 1.1920928955078125e-07
    total_loss = 0.0
    for pixel in range(pixels):
        at = pixel * classes
        top = outputs[at]
        for j in range(classes):
            top = outputs[at + j] if outputs[at + j] > top else top
        below_top = 0.0
        for j in range(classes):
            outputs[at + j] -= top
            below_top += outputs[at + j]
        label = int(targets[pixel % labels])
        if label < classes:
            total_loss -= numbers[3 + label] * lift * below_top
    for j in range(columns):  # all pixels at once, in whole vectors
        outputs[j] = _exp(outputs[j])
    for pixel in range(pixels):
        at, label = pixel * classes, int(targets[pixel % labels])
        if label >= classes:
            for j in range(classes):
                outputs[at + j] = real(0.0)
            continue
        total = real(0.0)
        for j in range(classes):
            total += outputs[at + j]
        inverse = real(1.0) / total
        probability = float(outputs[at + label] * inverse)
        probability = least if probability < least else probability
        of_class = numbers[3 + label]
        total_loss += of_class * (lift * classes * math.log(total) - keep * math.log(probability))
        scale = real(share * of_class)
        for j in range(classes):
            outputs[at + j] = (outputs[at + j] * inverse - real(lift)) * scale
        outputs[at + label] -= real(keep) * scale
    loss[0] = share * total_loss
