"""The code of a variational autoencoder: a normal distribution of which a sample is drawn."""

from __future__ import annotations

from dataclasses import replace
from numbers import Real
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval

from ...engine import math as fast
from ...engine.compile.jit import helper, kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import ROWS, RUN_FIELDS, SEED, STEP, doubles, integers, real, reals
from ...engine.random import normal_pair, row_key
from ...engine.shares import share_begin, share_end
from ...engine.weights import row_weight
from .._base import Backward, Layer, Shape, Slot

_exp = fast.exp


class GaussianSampling(Layer, name="gaussian_sampling"):
    """Draw a code from normal distributions, and charge their distance from the standard one.

    The first half of a sample are means, the second logarithms of variances. In training each
    number of the output is drawn from its distribution, by the reparametrization that lets
    gradients through; in prediction it is the mean. A sample is charged the Kullback-Leibler
    divergence of its distributions from standard normal ones, which together with the
    reconstruction's log-likelihood makes minus the evidence lower bound. Kingma and Welling 2014,
    "Auto-encoding variational Bayes", arXiv 1312.6114.

    Parameters
    ----------
    beta : float, default=1.0
        What the divergence counts beside the loss of a sample, summed over its outputs; more than
        1 disentangles: Higgins et al. 2017, "beta-VAE".
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "beta": [Interval(Real, 0, None, closed="left")]
    }
    has_noise = True

    def __init__(self, beta: float = 1.0):
        self.beta = beta

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) != 1 or input_shape[0] % 2 == 1:
            raise ValueError(
                "GaussianSampling: needs flat samples of means and as many logarithms of"
                f" variances, got shape {input_shape}"
            )
        return (input_shape[0] // 2,)

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        shape, beta = self.output_shape(inputs.shape), plan.memory(1, float)
        beta[0] = self.beta
        distributions = (inputs.address, inputs.stride, inputs.columns // 2)
        if plan.training or plan.penalized:
            plan.by_rows(charge_divergence, *distributions, beta.ctypes.data,
                         plan.penalty().ctypes.data)
        if not plan.training:
            return replace(inputs, shape=shape), lambda gradient, wanted: gradient
        plan.uses_seed = True
        outputs, slopes = plan.buffer(shape), plan.buffer(shape)
        plan.by_rows(draw_code, *distributions, outputs.address, outputs.stride,
                     slopes.address, slopes.stride, number)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            if not wanted:
                return None
            result, weights = plan.buffer(inputs.shape), plan.weights_of_rows()
            plan.by_rows(
                draw_code_backward, *distributions, beta.ctypes.data, slopes.address,
                slopes.stride, gradient.address, gradient.stride, result.address, result.stride,
                weights,
            )
            return result

        return outputs, backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(), (6,)), (cls(0.25), (34,))]


@helper
def _variance(log_variance):
    """Return variance and slope, on a straight line from where a row far off would overflow."""
    limit = real(10.0)
    bounded = min(log_variance, limit)
    slope = _exp(bounded)
    return slope * (real(1.0) + (log_variance - bounded)), slope


@kernel
def charge_divergence(row, run):
    """Charge beta times the divergence of N(mean, variance), X (rows, 2n), from N(0, 1)."""
    field = integers(row, 7)
    n_rows, stride, columns = integers(run, RUN_FIELDS)[ROWS], field[3], field[4]
    x, beta = reals(field[2], n_rows * stride), doubles(field[5], 1)[0]
    charged = doubles(field[6], n_rows)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        total = 0.0
        for j in range(columns):
            mean, log_variance = x[i * stride + j], x[i * stride + columns + j]
            total += mean * mean + _variance(log_variance)[0] - real(1.0) - log_variance
        charged[i] = 0.5 * beta * total


@kernel
def draw_code(row, run):
    """Z (rows, n) = mean + deviation * noise of X (rows, 2n), and its slopes by log-variance."""
    field, r = integers(row, 10), integers(run, RUN_FIELDS)
    n_rows, stride, columns = r[ROWS], field[3], field[4]
    z_stride, slope_stride = field[6], field[8]
    x, z = reals(field[2], n_rows * stride), reals(field[5], n_rows * z_stride)
    slopes, half = reals(field[7], n_rows * slope_stride), (columns + 1) // 2
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        key = row_key(r[SEED], r[STEP], field[9], i)
        for j in range(half):
            first, second = normal_pair(key, j)
            slopes[i * slope_stride + j] = first
            if half + j < columns:
                slopes[i * slope_stride + half + j] = second
        for j in range(columns):
            log_variance = x[i * stride + columns + j]
            bounded = min(log_variance, real(10.0))
            moved = _exp(real(0.5) * bounded) * slopes[i * slope_stride + j]
            z[i * z_stride + j] = x[i * stride + j] + moved
            is_free = log_variance <= bounded
            slopes[i * slope_stride + j] = real(0.5) * moved if is_free else real(0.0)


@kernel
def draw_code_backward(row, run):
    """dX (rows, 2n) of the means and log-variances from dZ (rows, n), the charge included."""
    field = integers(row, 13)
    n_rows, stride, columns = integers(run, RUN_FIELDS)[ROWS], field[3], field[4]
    x, beta = reals(field[2], n_rows * stride), doubles(field[5], 1)[0]
    slope_stride, gradient_stride, result_stride = field[7], field[9], field[11]
    slopes = reals(field[6], n_rows * slope_stride)
    gradient = reals(field[8], n_rows * gradient_stride)
    result = reals(field[10], n_rows * result_stride)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        weight = real(beta * row_weight(field[12], i, run))
        for j in range(columns):
            slope = _variance(x[i * stride + columns + j])[1]
            of_code = gradient[i * gradient_stride + j]
            result[i * result_stride + j] = of_code + weight * x[i * stride + j]
            result[i * result_stride + columns + j] = (
                of_code * slopes[i * slope_stride + j]
                + weight * real(0.5) * (slope - real(1.0))
            )
