"""The base of losses: an output link, and a kernel that computes value and gradient."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any, ClassVar

import numpy as np

from .._naming import Part, resolve, validate
from ..engine.compile.jit import Helper, helper
from ..engine.fields import Count, Doubles, Row, RowDouble, SampleRow, SampleWeight
from ..engine.kernels import NamedKernel, row_kernel
from ..engine.plan import Buffer, Plan
from ..engine.primitives import real

CLASSIFICATION, REGRESSION = "classification", "regression"


class Loss(Part):
    """Base of every loss.

    The network's raw outputs go in; the kernel writes the loss of each row, times its weight, and
    replaces the outputs by the gradient. ``link`` turns raw outputs into predictions.
    ``class Mine(Loss, name="mine", task="regression")`` makes a loss known by that name.
    """

    registry: ClassVar[dict[str, type[Loss]]] = {}
    names: ClassVar[dict[str, set[str]]] = {CLASSIFICATION: set(), REGRESSION: set()}
    name: ClassVar[str] = ""
    task: ClassVar[str] = ""
    link: str = "identity"
    rule: ClassVar[Helper]
    averages_outputs: ClassVar[bool] = False
    of_errors: ClassVar[bool] = False  # whether it is one of output minus target alone
    skips_missing: ClassVar[bool] = True  # whether there is a form that leaves out targets
    share_present: float | None = None  # of targets; None if none may be NaN
    n_members: int = 1  # of an ensemble, whose outputs for a row stand side by side
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
            Weight of the pixels of each class.
        label_smoothing : float in [0, 1), default=0.0
            Share of a label's weight that is spread over all labels.

        Raises
        ------
        ValueError
            If there is no such loss.
        """
        raise ValueError(f"{type(self).__name__} has no form for masks of classes; use 'log_loss'")

    def for_missing(self, share: float) -> Loss:
        """Return the loss that leaves out targets that are NaN.

        Parameters
        ----------
        share : float
            How much of the training targets is not NaN: what an average over outputs is of.

        Raises
        ------
        ValueError
            If there is no such loss.
        """
        loss = copy(self)
        loss.share_present = share
        return loss

    def for_members(self, n_members: int, n_outputs: int) -> Loss:
        """Return the mean of the losses of an ensemble's members, which have the same targets.

        Parameters
        ----------
        n_members : int
        n_outputs : int
            Of each member.
        """
        loss = copy(self)
        loss.n_members = n_members
        return loss

    @property
    def numbers(self) -> tuple[float, ...]:
        """The numbers that the kernel needs: share kept of a target, what is added, parameter."""
        return 1.0, 0.0, 0.0

    @property
    def kernel(self) -> NamedKernel:
        """The kernel of this loss."""
        own = type(self).rule
        return each_output.using(
            rule=own if self.share_present is None else present.using(rule=own)
        )

    def fields(
        self, plan: Plan, outputs: Buffer, targets: np.ndarray | Buffer, weights: Any,
        losses: np.ndarray,
    ) -> dict[str, Any]:
        """Return the fields of the kernel's step, of those here that it has.

        Parameters
        ----------
        plan : Plan
        outputs : Buffer
            The network's raw outputs, replaced by the gradient.
        targets : ndarray or Buffer
            Targets of all samples.
        weights : ndarray, int or None
            Weights of all samples, float64, or their address; None or 0 if there are none.
        losses : ndarray of shape (batch_size,), float64
            Where the loss of each row goes, times its weight.
        """
        numbers = plan.memory(len(self.numbers), np.float64)
        numbers[:] = self.numbers
        every = {
            "outputs": outputs, "targets": targets, "weight": weights, "loss": losses,
            "numbers": numbers, "columns": outputs.columns // self.n_members,
            "members": self.n_members,
        }
        return {name: value for name, value in every.items() if name in self.kernel.fields}

    def n_targets(self, n_outputs: int) -> int:
        """Return how many columns of targets go with a number of outputs."""
        return n_outputs

    def n_linked(self, n_outputs: int) -> int:
        """Return how many outputs, side by side, the link takes together: one distribution's."""
        return n_outputs

    def reported(self, value: float, n_outputs: int) -> float:
        """Return a loss summed over outputs as it is reported: scikit-learn's conventions."""
        return value / (n_outputs * (self.share_present or 1.0)) if self.averages_outputs else value

    def slopes_by_targets(
        self, outputs: np.ndarray, targets: np.ndarray, slopes: np.ndarray
    ) -> np.ndarray:
        """Return the derivative by each target, given that by each raw output.

        Parameters
        ----------
        outputs, targets, slopes : ndarray of shape (n_samples, n_outputs)

        Raises
        ------
        ValueError
            If it is not known.
        """
        if self.of_errors:
            return -slopes
        raise ValueError(
            f"the derivative of {type(self).__name__} by its targets is not known; a subclass has"
            " of_errors=True or a method slopes_by_targets"
        )

    def size_of(self, error: float) -> float:
        """Return the loss of an error of a given size.

        The tolerance of an autoencoder is relative to it; 1 if it is absolute.
        """
        return 1.0

    def check_targets(self, y: np.ndarray, owner: str) -> None:
        """Raise a ValueError if the loss is not defined for a target."""

    def try_on(self, target: np.ndarray, n_outputs: int) -> None:
        """Raise an IndexError if the loss accesses targets or outputs out of bounds.

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
def rule(output, target, parameter):
    """Return value and gradient for one output; stands for the rule of a loss."""
    return output, target


@helper
def present(output, target, parameter):
    """Return value and gradient for one output, zeros where the target is NaN."""
    return rule(output, target, parameter) if target == target else (real(0.0), real(0.0))


@row_kernel(summing=True)
def each_output(
    outputs: Row, targets: SampleRow, weight: SampleWeight, loss: RowDouble, numbers: Doubles,
    columns: Count, members: Count,
) -> None:
    """Loss of a row whose outputs count one by one; gradients replace outputs (members, n)."""
    keep, lift, parameter = real(numbers[0]), real(numbers[1]), real(numbers[2])
    total, weight = 0.0, weight / members
    for at in range(0, members * columns, columns):
        for j in range(columns):
            target = targets[j] * keep + lift
            value, gradient = rule(outputs[at + j], target, parameter)
            total += value
            outputs[at + j] = gradient * real(weight)
    loss[0] = total * weight
