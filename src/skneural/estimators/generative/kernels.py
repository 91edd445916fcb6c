"""Kernels of adversarial training: latent rows, losses, averages of weights."""

from __future__ import annotations

from ...engine import math as fast
from ...engine.fields import Count, Double, Doubles, Integers, Reals, Row, RowDouble
from ...engine.kernels import kernel, row_kernel
from ...engine.primitives import RUN_FIELDS, STEP, integers, real
from ...engine.shares import sample_after

_logistic, _softplus = fast.logistic, fast.softplus

NON_SATURATING, LEAST_SQUARES, HINGE = range(3)
OF_REAL, OF_DRAWN, OF_GENERATOR = range(3)  # whose loss it is


@row_kernel
def mark_class(
    latent: Row, codes: Integers, begin: Count, classes: Count, shift: Count, level: Double,
    i: int, run: int,
) -> None:
    """Z (n) from begin on = a level for the class of a row of the data, else 0."""
    code = codes[sample_after(i, shift, run)]
    for k in range(classes):
        latent[begin + k] = real(level) if k == code else real(0.0)


@row_kernel
def judge(
    outputs: Row, codes: Integers, loss: RowDouble, classes: Count, shift: Count, kind: Count,
    whose: Count, target: Double, i: int, run: int,
) -> None:
    """Loss of a row by its logit, the first output plus its class's; gradients replace outputs."""
    code = codes[sample_after(i, shift, run)] if classes > 0 else 0
    logit = outputs[0] + outputs[1 + code] if classes > 0 else outputs[0]
    wanted = real(target)
    if kind == NON_SATURATING:
        value, slope = _softplus(logit) - wanted * logit, _logistic(logit) - wanted
    elif kind == LEAST_SQUARES:
        slope = logit - wanted
        value = real(0.5) * slope * slope
    elif whose == OF_GENERATOR:
        value, slope = -logit, real(-1.0)
    else:
        sign = real(-1.0) if whose == OF_REAL else real(1.0)
        value = real(1.0) + sign * logit
        slope = sign if value > real(0.0) else real(0.0)
        value = value if value > real(0.0) else real(0.0)
    loss[0] = value
    for j in range(1 + classes):
        outputs[j] = real(0.0)
    outputs[0] = slope
    if classes > 0:
        outputs[1 + code] = slope


@kernel
def add_up_losses(losses: Doubles, total: Doubles, n_rows: int) -> None:
    """Add the losses of the batch's rows to a total."""
    for i in range(n_rows):
        total[0] += losses[i]


@kernel
def follow_average(
    values: Reals, average: Reals, size: Count, decay: Double, run: int
) -> None:
    """Move an average of values toward them, in the first updates by more."""
    step = float(integers(run, RUN_FIELDS)[STEP])
    keep = (1.0 + step) / (10.0 + step)
    keep = real(decay if decay < keep else keep)
    for j in range(size):
        average[j] = keep * average[j] + (real(1.0) - keep) * values[j]
