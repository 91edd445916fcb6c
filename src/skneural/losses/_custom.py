"""A user's own loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import StrOptions

from ..engine.compile.jit import Kernel, kernel
from ..engine.compile.user_functions import user_function
from ..engine.primitives import ROWS, RUN_FIELDS, doubles, integers, real, reals, vector
from ..engine.shares import sample_at, share_begin, share_end
from ._base import Loss, weight_of


class CustomLoss(Loss):
    """A loss given by a function of one row.

    Parameters
    ----------
    function : callable
        ``function(target, output, gradient) -> float``, compiled by Numba: a plain function or
        one decorated with ``numba.njit``. ``target`` and ``output`` are 1-D arrays of one row,
        the output being raw, before the link; the function returns the loss of the row and
        writes its derivative by each output into ``gradient``. In a plain function an index out of
        bounds raises; in one that `numba.njit` has decorated it may end the process.
    link : {"identity", "logistic", "exp", "softmax"}, default="identity"
        What turns raw outputs into predictions.

    Notes
    -----
    Classifiers pass one column of class indices for more than two classes, one column of 0 and 1
    for two, and a column of 0 and 1 a label for multilabel targets.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "function": [callable],
        "link": [StrOptions({"identity", "logistic", "exp", "softmax"})],
    }

    def __init__(self, function: Callable, link: str = "identity"):
        self.function = function
        self.link = link

    def for_targets(self, kind: str, label_smoothing: float = 0.0) -> Loss:
        return _MulticlassCustomLoss(self.function, self.link) if kind == "multiclass" else self

    @property
    def kernel(self) -> Kernel:
        return custom_loss.using(row_loss=user_function(self.function))

    def try_on(self, target: np.ndarray, n_outputs: int) -> None:
        """Run the function as plain Python on the first row, once for each number of outputs.

        What else may be wrong with it is the compiler's to say, or the compiled code's: a division
        by zero, say, is an error in plain Python only.
        """
        users, sizes = user_function(self.function), (target.size, n_outputs)
        if sizes in users.tried:
            return
        output = np.full(n_outputs, 0.5, target.dtype)
        try:
            with np.errstate(all="ignore"):
                users.plain(target, output, np.zeros_like(output))
        except IndexError as error:
            raise IndexError(
                f"{error}; {users.name} was called with a target of {target.size} and an output and"
                f" a gradient of {n_outputs} numbers"
            ) from error
        except Exception:
            pass
        users.tried.add(sizes)

    @classmethod
    def examples(cls) -> list[tuple[Loss, int]]:
        return [(cls(_log_cosh_like), 1), (cls(_log_cosh_like), 3)]


class _MulticlassCustomLoss(CustomLoss):
    """A user's loss whose targets are a column of class indices."""

    def n_targets(self, n_outputs: int) -> int:
        return 1


def _log_cosh_like(target, output, gradient):
    """The smooth absolute error sqrt(1 + e**2) - 1."""
    total = 0.0
    for j in range(len(output)):
        error = output[j] - target[j]
        root = (1.0 + error * error) ** 0.5
        total += root - 1.0
        gradient[j] = error / root
    return total


def row_loss(target, output, gradient):
    """Return the loss of a row; stands for the user's function."""
    return 0.0


@kernel
def custom_loss(row, run):
    """Losses of rows by the user's function; gradients replace outputs (rows, n)."""
    field = integers(row, 11)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    stride, columns, n_targets = field[3], field[4], field[6]
    outputs = reals(field[2], n_rows * stride)
    copies = reals(field[10], n_rows * columns)
    losses = doubles(field[8], n_rows)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        sample = sample_at(i, run)
        weight = weight_of(field[7], sample)
        for j in range(columns):
            copies[i * columns + j] = outputs[i * stride + j]
        target = vector(field[5], sample * n_targets, n_targets)
        output = vector(field[10], i * columns, columns)
        gradient = vector(field[2], i * stride, columns)
        losses[i] = weight * row_loss(target, output, gradient)
        for j in range(columns):
            outputs[i * stride + j] *= real(weight)
