"""The base of activations: a rule for value and slope, and the kernel that applies it."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._naming import Part, resolve, validate
from ..engine.compile import jit
from ..engine.compile.cache_warning import warn_of_cache
from ..engine.compile.jit import Helper, helper
from ..engine.fields import Count, Row, Scalar
from ..engine.kernels import NamedKernel, row_kernel
from ..engine.plan import Buffer, aligned
from ..engine.primitives import FIELDS, N_PARTS, N_THREADS, ROW_FIELDS, ROWS, RUN_FIELDS, real


class Activation(Part):
    """Base of every activation.

    A subclass defines ``rule``, a helper of one number and the activation's parameter that returns
    value and slope. ``class Mine(Activation, name="mine")`` makes it known by that name.
    """

    registry: ClassVar[dict[str, type[Activation]]] = {}
    rule: ClassVar[Helper]
    name: ClassVar[str] = ""
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {}

    def __init_subclass__(cls, name: str | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if name is not None:
            cls.name = name
            Activation.registry[name] = cls

    @property
    def parameter(self) -> float:
        """The number that the rule gets beside its argument."""
        return 0.0

    @property
    def kernel(self) -> NamedKernel:
        """The kernel that gives values and slopes."""
        return activate.using(rule=type(self).rule)

    @property
    def value_kernel(self) -> NamedKernel:
        """The kernel that puts the values in their arguments' place."""
        return evaluate.using(rule=type(self).rule)

    def __call__(self, z: ArrayLike) -> NDArray[np.floating]:
        """Return the activation of each number.

        Parameters
        ----------
        z : array-like of floats, any shape
            float32 stays float32; everything else is computed in float64.

        Returns
        -------
        ndarray of the same shape
        """
        return self._apply(z)[0]

    def derivative(self, z: ArrayLike) -> NDArray[np.floating]:
        """Return the slope at each number, an ndarray of the shape of ``z``."""
        return self._apply(z)[1]

    def _apply(self, z):
        z = np.asarray(z)
        z = np.array(z, z.dtype if z.dtype == np.float32 else np.float64, order="C")
        shape, flat = z.shape, np.ascontiguousarray(z).reshape(-1)
        value = np.empty_like(flat)
        state = aligned(RUN_FIELDS, np.int64)
        state[ROWS] = state[N_THREADS] = state[N_PARTS] = 1
        row = aligned(ROW_FIELDS, np.int64)
        z_row, value_row = (Buffer(array, array.shape, array.size) for array in (flat, value))
        given = {"z": z_row, "values": value_row, "parameter": self.parameter, "columns": flat.size}
        fields = self.kernel.integers(given, flat.dtype)
        row[FIELDS : FIELDS + len(fields)] = fields
        jit.call_address(self.kernel.address(flat.dtype), row.ctypes.data, state.ctypes.data)
        warn_of_cache()
        return value.reshape(shape), flat.reshape(shape)

    @classmethod
    def examples(cls) -> list[Activation]:
        """Small instances that the contract tests run."""
        return [cls()]


def get_activation(activation: str | Activation, owner: str = "") -> Activation:
    """Resolve an activation's name, and check its parameters.

    Parameters
    ----------
    activation : str or Activation
        A name such as "relu", or an instance.
    owner : str, default=""
        Who asks, for the error message.

    Returns
    -------
    Activation

    Raises
    ------
    ValueError
        For an unknown name, or a parameter out of range.
    TypeError
        For what is neither a name nor an activation.
    """
    resolved = resolve("activation", activation, Activation.registry, owner, base=Activation)
    validate(resolved, owner)
    return resolved


@helper
def rule(z, parameter):
    """Return z and its slope; stands for the rule of an activation."""
    return z, real(1.0)


@row_kernel
def activate(z: Row, values: Row, parameter: Scalar, columns: Count) -> None:
    """Write the values of z (n) and put the slopes in z's place."""
    for j in range(columns):
        value, slope = rule(z[j], parameter)
        values[j] = value
        z[j] = slope


@row_kernel
def evaluate(z: Row, parameter: Scalar, columns: Count) -> None:
    """Put the values of z (n) in z's place."""
    for j in range(columns):
        z[j] = rule(z[j], parameter)[0]
