"""What a loss is: an output link, and a kernel that gives value and gradient together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from .._naming import Part, resolve, validate
from ..engine.compile.jit import Helper, Kernel, helper, kernel
from ..engine.primitives import ROWS, RUN_FIELDS, doubles, integers, real, reals
from ..engine.shares import sample_at, share_begin, share_end

CLASSIFICATION, REGRESSION = "classification", "regression"


class Loss(Part):
    """Base of every loss.

    The network's raw outputs go in; the kernel writes the loss of each row, times its weight, and
    puts the gradient in the outputs' place. ``link`` turns raw outputs into predictions.
    ``class Mine(Loss, name="mine", task="regression")`` makes a loss known by that name.
    """

    registry: ClassVar[dict[str, type[Loss]]] = {}
    names: ClassVar[dict[str, set[str]]] = {CLASSIFICATION: set(), REGRESSION: set()}
    name: ClassVar[str] = ""
    task: ClassVar[str] = ""
    link: str = "identity"
    rule: ClassVar[Helper]
    averages_outputs: ClassVar[bool] = False
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {}

    def __init_subclass__(cls, name: str = "", task: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if name:
            cls.name, cls.task = name, task
            Loss.registry[name] = cls
            Loss.names[task].add(name)

    def for_targets(self, kind: str, label_smoothing: float = 0.0) -> Loss:
        """Return the loss for a kind of target.

        Parameters
        ----------
        kind : {"binary", "multiclass", "multilabel", "regression"}
        label_smoothing : float in [0, 1), default=0.0
            Share of a label's weight that is spread over all labels.
        """
        return self

    def for_masks(self, class_weights: Sequence[float], label_smoothing: float = 0.0) -> Loss:
        """Return the loss for masks, whose pixels are each of one of several classes.

        Parameters
        ----------
        class_weights : sequence of float, of length n_classes
            What a pixel of each class counts.
        label_smoothing : float in [0, 1), default=0.0
            Share of a label's weight that is spread over all labels.

        Raises
        ------
        ValueError
            If there is no such loss.
        """
        raise ValueError(f"{type(self).__name__} has no form for masks of classes; use 'log_loss'")

    @property
    def numbers(self) -> tuple[float, ...]:
        """The numbers that the kernel needs: share kept of a target, what is added, parameter."""
        return 1.0, 0.0, 0.0

    @property
    def kernel(self) -> Kernel:
        """The kernel of this loss."""
        return each_output.using(rule=type(self).rule)

    def n_targets(self, n_outputs: int) -> int:
        """Return how many columns of targets go with a number of outputs."""
        return n_outputs

    def n_linked(self, n_outputs: int) -> int:
        """Return how many outputs, side by side, the link takes together: one distribution's."""
        return n_outputs

    def reported(self, value: float, n_outputs: int) -> float:
        """Return a loss summed over outputs as it is reported: scikit-learn's conventions."""
        return value / n_outputs if self.averages_outputs else value

    def size_of(self, error: float) -> float:
        """Return how the loss grows with its errors, for errors of a size.

        What tolerances of a network that gives X back are relative to; 1 where they are not.
        """
        return 1.0

    def check_targets(self, y: np.ndarray, owner: str) -> None:
        """Raise a ValueError where the loss is not defined for a target."""

    def try_on(self, target: np.ndarray, n_outputs: int) -> None:
        """Raise an IndexError where the loss reaches beyond a row's targets or outputs.

        Parameters
        ----------
        target : ndarray of shape (n_targets,)
            Of a row, in the dtype of the targets and outputs that the loss is given.
        n_outputs : int
        """

    @classmethod
    def examples(cls) -> list[tuple[Loss, int]]:
        """Small instances with numbers of outputs, for the contract tests."""
        return [(cls(), 1), (cls(), 3)]


def get_loss(loss: str | Loss, owner: str = "", task: str | None = None) -> Loss:
    """Resolve a loss's name.

    Parameters
    ----------
    loss : str or Loss
    owner : str, default=""
        Who asks, for the error message.
    task : {"classification", "regression"} or None, default=None
        Admit only the losses of this task by name.

    Returns
    -------
    Loss

    Raises
    ------
    ValueError
        For an unknown name, or a parameter out of range.
    TypeError
        For what is neither a name nor a loss.
    """
    names = Loss.names[task] if task else Loss.registry
    registry = {name: Loss.registry[name] for name in names}
    resolved = resolve("loss", loss, registry, owner, base=Loss)
    if task and resolved.task not in ("", task):
        raise ValueError(f"{owner}: loss={loss!r} is a loss of {resolved.task}, not of {task}")
    validate(resolved, owner)
    return resolved


@helper
def weight_of(weights, sample):
    """Return a sample's weight, 1 if the address is 0."""
    if weights == 0:
        return 1.0
    return doubles(weights, sample + 1)[sample]


@helper
def rule(output, target, parameter):
    """Return value and gradient for one output; stands for the rule of a loss."""
    return output, target


@kernel(summing=True)
def each_output(row, run):
    """Losses of rows whose outputs count one by one; gradients replace outputs (rows, n)."""
    field = integers(row, 10)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    stride, columns, n_targets = field[3], field[4], field[6]
    outputs = reals(field[2], n_rows * stride)
    losses, numbers = doubles(field[8], n_rows), doubles(field[9], 3)
    keep, lift, parameter = real(numbers[0]), real(numbers[1]), real(numbers[2])
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        sample = sample_at(i, run)
        targets = reals(field[5], (sample + 1) * n_targets)
        weight = weight_of(field[7], sample)
        total = 0.0
        for j in range(columns):
            target = targets[sample * n_targets + j] * keep + lift
            value, gradient = rule(outputs[i * stride + j], target, parameter)
            total += value
            outputs[i * stride + j] = gradient * real(weight)
        losses[i] = total * weight
