"""The base of initializers, and how a name is resolved."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from .._naming import Part, resolve, validate


class Initializer(Part):
    """Base of every initializer: draws a layer's initial kernel and bias.

    A subclass implements ``kernel``; one whose bias is not zero overrides ``__call__``. One with
    ``reads_data`` also sees what a layer makes of training rows: ``from_outputs``.
    ``class Mine(Initializer, name="mine")`` makes it known by that name.
    """

    registry: ClassVar[dict[str, type[Initializer]]] = {}
    reads_data: ClassVar[bool] = False  # whether a layer's outputs on data change the weights
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {}

    def __init_subclass__(cls, name: str | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if name is not None:
            Initializer.registry[name] = cls

    def __call__(
        self,
        fan_in: int,
        fan_out: int,
        random_state: np.random.RandomState,
        activation: str = "identity",
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Draw the initial weights of a layer.

        Parameters
        ----------
        fan_in, fan_out : int
            Inputs of a unit, and units.
        random_state : numpy.random.RandomState
            Source of the draws.
        activation : str, default="identity"
            Name of the hidden layers' activation.

        Returns
        -------
        kernel : ndarray of shape (fan_in, fan_out), dtype float64
        bias : ndarray of shape (fan_out,), dtype float64
        """
        return self.kernel(fan_in, fan_out, random_state), np.zeros(fan_out)

    def kernel(
        self, fan_in: int, fan_out: int, random_state: np.random.RandomState
    ) -> NDArray[np.float64]:
        """Draw the kernel alone, ndarray of shape (fan_in, fan_out)."""
        raise NotImplementedError

    def from_outputs(
        self, outputs: NDArray[np.float64], random_state: np.random.RandomState,
        weight: NDArray[np.float64] | None = None,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what to change a layer's weights by, from its outputs on training rows.

        Parameters
        ----------
        outputs : ndarray of shape (n_rows, fan_out), dtype float64
            Those of the kernel drawn, without bias and activation.
        random_state : numpy.random.RandomState
            Source of further draws.
        weight : ndarray of shape (n_rows,) or None, default=None
            Of the rows in training, above zero.

        Returns
        -------
        factors : ndarray of shape (fan_out,), dtype float64
            Of the kernel of each unit.
        bias : ndarray of shape (fan_out,), dtype float64
        """
        raise NotImplementedError

    @classmethod
    def examples(cls) -> list[Initializer]:
        """Small instances that the contract tests run."""
        return [cls()]


def draw_uniform(
    variance: float, fan_in: int, fan_out: int, random_state: np.random.RandomState
) -> NDArray[np.float64]:
    """Uniform kernel of mean zero and the given variance, (fan_in, fan_out)."""
    bound = np.sqrt(3 * variance)
    return random_state.uniform(-bound, bound, (fan_in, fan_out))


def draw_normal(
    variance: float, fan_in: int, fan_out: int, random_state: np.random.RandomState
) -> NDArray[np.float64]:
    """Normal kernel of mean zero and the given variance, (fan_in, fan_out)."""
    return random_state.normal(0.0, np.sqrt(variance), (fan_in, fan_out))


def get_initializer(initializer: str | Initializer, owner: str = "") -> Initializer:
    """Resolve an initializer's name, and check its parameters.

    Parameters
    ----------
    initializer : str or Initializer
        "sklearn", "glorot_uniform", "glorot_normal", "he_uniform", "he_normal",
        "lecun_uniform", "lecun_normal", "orthogonal", "identity", "unit_variance", or an instance.
    owner : str, default=""
        Who asks, for the error message.

    Returns
    -------
    initializer : Initializer

    Raises
    ------
    ValueError
        For an unknown name, or a parameter out of range.
    TypeError
        For what is neither a name nor an initializer.
    """
    resolved: Initializer = resolve(
        "initializer", initializer, Initializer.registry, owner, base=Initializer
    )
    validate(resolved, owner)
    return resolved
