"""The base of optimizers: one rule, and the kernels that apply it to the parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from .._naming import Part, resolve, validate
from ..engine.compile.jit import Helper, helper
from ..engine.fields import Address, BlockGradient, Count
from ..engine.kernels import NamedKernel, kernel
from ..engine.primitives import (
    BATCH,
    CLIP_FACTOR,
    COEFFICIENTS,
    RUN_FIELDS,
    SHARED,
    WEIGHT_SUM,
    doubles,
    integers,
    real,
    reals,
)

N_COEFFICIENTS = 8
N_SETTINGS = 5


@dataclass(frozen=True)
class Memory:
    """Addresses of an optimizer's memory of a block, 0 for what it doesn't keep.

    Parameters
    ----------
    first, second, third : int
        Of as many numbers as the block has parameters, of its dtype.
    """

    first: int = 0
    second: int = 0
    third: int = 0


class Optimizer(Part):
    """Base of every optimizer.

    A subclass defines ``rule``, a helper ``rule(w, g, *slots, c0, c1, c2, c3, c4, c5)`` of a
    parameter, its gradient, the optimizer's state of it (``n_slots`` numbers, 0 to 3) and the
    coefficients of the update, which returns the new parameter and the new state as a tuple.
    ``class Mine(Optimizer, name="mine")`` makes it known by that name.
    """

    registry: ClassVar[dict[str, type[Optimizer]]] = {}
    name: ClassVar[str] = ""
    rule: ClassVar[Helper]
    n_slots: int = 1
    weight_decay: float = 0.0
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {}

    def __init_subclass__(cls, name: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if name:
            cls.name = name
            Optimizer.registry[name] = cls

    def coefficients(self, rates: np.ndarray, first_update: int) -> np.ndarray:
        """Return the numbers that the rule needs, for each update of an epoch.

        Parameters
        ----------
        rates : ndarray of shape (n_updates,)
            Learning rates.
        first_update : int
            Updates made before.

        Returns
        -------
        ndarray of shape (n_updates, 8), float64
            The first six are what the rule sees as c0 to c5; the last is the rate, which decoupled
            weight decay needs.
        """
        table = np.zeros((len(rates), N_COEFFICIENTS))
        updates = first_update + 1 + np.arange(len(rates))
        for column, values in enumerate(self.terms(rates, updates)):
            table[:, column] = values
        table[:, -1] = rates
        return table

    def terms(self, rates: np.ndarray, updates: np.ndarray) -> tuple:
        """Return c0, c1, ... for rates and the numbers of the updates, the first being 1."""
        raise NotImplementedError

    @property
    def kernel(self) -> NamedKernel:
        """The kernel that updates a block of parameters.

        Its fields are the block's ``parameters``, ``gradient`` (0 for the thread's scratch),
        ``memory`` and ``size``, and the addresses of ``settings``, float64: alpha and weight
        decay, and of one number for the sum of ``squares`` of the parameters before. Bound to
        `given_scale`, it updates the parameters divided by their scale, one of the settings.
        """
        template = {0: update_0, 1: update_1, 2: update_2, 3: update_3}[self.n_slots]
        if self.n_slots == 0:
            return template.using(rule_alone=type(self).rule)
        return template.using(rule=type(self).rule)

    @classmethod
    def examples(cls) -> list[Optimizer]:
        """Small instances that the contract tests run."""
        return [cls()]


def get_optimizer(optimizer: str | Optimizer, owner: str = "") -> Optimizer:
    """Resolve an optimizer's name.

    Parameters
    ----------
    optimizer : str or Optimizer
    owner : str, default=""
        Who asks, for the error message.

    Returns
    -------
    Optimizer

    Raises
    ------
    ValueError
        For an unknown name, or a parameter out of range.
    TypeError
        For what is neither a name nor an optimizer.
    """
    resolved = resolve("solver", optimizer, Optimizer.registry, owner, base=Optimizer)
    validate(resolved, owner)
    return resolved


@helper
def rule(w, g, s, c0, c1, c2, c3, c4, c5):
    """Return the new parameter and memory; stands for the rule of an optimizer."""
    return w, s


@helper
def rule_alone(w, g, c0, c1, c2, c3, c4, c5):
    """Return the new parameter; stands for the rule of an optimizer that keeps nothing."""
    return w


@helper
def gradient_scale(run):
    """Return what a summed gradient is multiplied by: 1 / weight of the batch, and clipping."""
    r = integers(run, RUN_FIELDS)
    shared = doubles(r[SHARED], 3)
    total = shared[WEIGHT_SUM]
    return shared[CLIP_FACTOR] / total if total > 0.0 else 0.0


@helper
def terms_of(settings, run):
    """Return the present update's scale of gradients, alpha, share of weights kept, c0 to c5."""
    r = integers(run, RUN_FIELDS)
    given = doubles(settings, N_SETTINGS)
    c = doubles(r[COEFFICIENTS] + np.int64(given[3]) + r[BATCH] * 64, 8)
    return (
        real(gradient_scale(run)),
        real(given[0]),
        real(1.0 - given[1] * c[7]),
        real(c[0]),
        real(c[1]),
        real(c[2]),
        real(c[3]),
        real(c[4]),
        real(c[5]),
    )


# settings: alpha, weight decay, limit of the norm, bytes before the optimizer's coefficients, scale


@helper
def scale_of(settings):
    """Return what the parameters are multiplied by after the rule: 1; stands for `given_scale`."""
    return real(1.0)


@helper
def given_scale(settings):
    """Return the scale of the parameters among the settings."""
    return real(doubles(settings, N_SETTINGS)[4])


@kernel(summing=True)
def update_0(
    parameters: Address, gradient: BlockGradient, memory: Memory, size: Count, settings: Address,
    squares: Address, run: int,
) -> None:
    """Update a block of parameters whose optimizer keeps nothing."""
    w, g = reals(parameters, size), reals(gradient, size)
    scale, alpha, keep, c0, c1, c2, c3, c4, c5 = terms_of(settings, run)
    own = scale_of(settings)
    scale, keep = scale * own, keep / own
    total = real(0.0)
    for i in range(size):
        before = w[i]
        total += before * before
        after = rule_alone(before * keep, (g[i] + alpha * before) * scale, c0, c1, c2, c3, c4, c5)
        w[i] = after * own
    doubles(squares, 1)[0] = total


@kernel(summing=True)
def update_1(
    parameters: Address, gradient: BlockGradient, memory: Memory, size: Count, settings: Address,
    squares: Address, run: int,
) -> None:
    """Update a block of parameters whose optimizer keeps one number for each."""
    w, g = reals(parameters, size), reals(gradient, size)
    s = reals(memory.first, size)
    scale, alpha, keep, c0, c1, c2, c3, c4, c5 = terms_of(settings, run)
    own = scale_of(settings)
    scale, keep = scale * own, keep / own
    total = real(0.0)
    for i in range(size):
        before = w[i]
        total += before * before
        scaled = (g[i] + alpha * before) * scale
        after, s[i] = rule(before * keep, scaled, s[i], c0, c1, c2, c3, c4, c5)
        w[i] = after * own
    doubles(squares, 1)[0] = total


@kernel(summing=True)
def update_2(
    parameters: Address, gradient: BlockGradient, memory: Memory, size: Count, settings: Address,
    squares: Address, run: int,
) -> None:
    """Update a block of parameters whose optimizer keeps two numbers for each."""
    w, g = reals(parameters, size), reals(gradient, size)
    s, t = reals(memory.first, size), reals(memory.second, size)
    scale, alpha, keep, c0, c1, c2, c3, c4, c5 = terms_of(settings, run)
    own = scale_of(settings)
    scale, keep = scale * own, keep / own
    total = real(0.0)
    for i in range(size):
        before = w[i]
        total += before * before
        scaled = (g[i] + alpha * before) * scale
        after, s[i], t[i] = rule(before * keep, scaled, s[i], t[i], c0, c1, c2, c3, c4, c5)
        w[i] = after * own
    doubles(squares, 1)[0] = total


@kernel(summing=True)
def update_3(
    parameters: Address, gradient: BlockGradient, memory: Memory, size: Count, settings: Address,
    squares: Address, run: int,
) -> None:
    """Update a block of parameters whose optimizer keeps three numbers for each."""
    w, g = reals(parameters, size), reals(gradient, size)
    s, t = reals(memory.first, size), reals(memory.second, size)
    u = reals(memory.third, size)
    scale, alpha, keep, c0, c1, c2, c3, c4, c5 = terms_of(settings, run)
    own = scale_of(settings)
    scale, keep = scale * own, keep / own
    total = real(0.0)
    for i in range(size):
        before = w[i]
        total += before * before
        scaled = (g[i] + alpha * before) * scale
        after, s[i], t[i], u[i] = rule(
            before * keep, scaled, s[i], t[i], u[i], c0, c1, c2, c3, c4, c5
        )
        w[i] = after * own
    doubles(squares, 1)[0] = total
