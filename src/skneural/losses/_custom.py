"""A user's own loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import StrOptions

from ..engine.compile.user_functions import user_function
from ..engine.fields import Count, RowDouble, RowVector, SampleVector, SampleWeight
from ..engine.kernels import NamedKernel, row_kernel
from ..engine.plan import Buffer, Plan
from ..engine.primitives import real
from ._base import Loss


class CustomLoss(Loss):
    """A loss given by a function of one row.

    Parameters
    ----------
    function : callable
        ``function(target, output, gradient) -> float``, compiled by Numba: a plain function or
        one decorated with ``numba.njit``. ``target`` and ``output`` are 1-D arrays of one row,
        the output being raw, before the link; the function returns the loss of the row and
        writes its derivative with respect to each output into ``gradient``. In a plain function an
        index out of bounds raises; in one decorated with `numba.njit` it may end the process.
    link : {"identity", "logistic", "exp", "softmax"}, default="identity"
        The function from raw outputs to predictions.

    Notes
    -----
    Classifiers pass one column of class indices for more than two classes, one column of 0 and 1
    for two, and a column of 0 and 1 for each label of multilabel targets.
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

    skips_missing = False

    def for_missing(self, share: float) -> Loss:
        raise ValueError("a function of a row cannot leave out the steps behind a series' end")

    @property
    def kernel(self) -> NamedKernel:
        return custom_loss.using(row_loss=user_function(self.function))

    def fields(
        self, plan: Plan, outputs: Buffer, targets: np.ndarray | Buffer, weights: Any,
        losses: np.ndarray,
    ) -> dict[str, Any]:
        return {
            "outputs": outputs, "target": targets, "weight": weights, "loss": losses,
            "copy": plan.numbers_of_rows(outputs.columns),
            "columns": outputs.columns // self.n_members, "members": self.n_members,
        }

    def try_on(self, target: np.ndarray, n_outputs: int) -> None:
        """Run the function as plain Python on the first row, once for each number of outputs.

        Other errors are left to the compiler or the compiled code: a division by zero, for example,
        is an error in plain Python only.
        """
        n_outputs //= self.n_members
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


@row_kernel
def custom_loss(
    outputs: RowVector, target: SampleVector, weight: SampleWeight, loss: RowDouble,
    copy: RowVector, columns: Count, members: Count,
) -> None:
    """Loss of a row by the user's function; gradients replace outputs (members, n)."""
    width, weight = members * columns, weight / members
    for j in range(width):
        copy[j] = outputs[j]
    total = 0.0
    for at in range(0, width, columns):
        member = slice(at, at + columns)
        total += row_loss(target, copy[member], outputs[member])
    loss[0] = weight * total
    for j in range(width):
        outputs[j] *= real(weight)
