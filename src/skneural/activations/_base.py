"""What an activation is: one rule, its value and slope together, and the kernel that applies it."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._naming import Part, resolve, validate
from ..engine.compile import jit
from ..engine.compile.cache_warning import warn_of_cache
from ..engine.compile.jit import Helper, helper, kernel
from ..engine.plan import aligned
from ..engine.primitives import N_PARTS, N_THREADS, ROWS, RUN_FIELDS, doubles, integers, real, reals
from ..engine.shares import share_begin, share_end


class Activation(Part):
    """Base of every activation.

    A subclass gives ``rule``, a helper of one number and the activation's parameter that returns
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
    def kernel(self) -> jit.Kernel:
        """The kernel that gives values and slopes."""
        return activate.using(rule=type(self).rule)

    @property
    def value_kernel(self) -> jit.Kernel:
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
        value, number = np.empty_like(flat), np.array([self.parameter])
        state = aligned(RUN_FIELDS, np.int64)
        state[ROWS] = state[N_THREADS] = state[N_PARTS] = 1
        row = aligned(RUN_FIELDS, np.int64)
        row[2:8] = (flat.ctypes.data, flat.size, value.ctypes.data, flat.size, flat.size,
                    number.ctypes.data)
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


@kernel
def activate(row, run):
    """Write the values of z (rows, columns) and put the slopes in z's place."""
    field = integers(row, 8)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    z_stride, value_stride, columns = field[3], field[5], field[6]
    z = reals(field[2], n_rows * z_stride)
    values = reals(field[4], n_rows * value_stride)
    parameter = real(doubles(field[7], 1)[0])
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        for j in range(columns):
            value, slope = rule(z[i * z_stride + j], parameter)
            values[i * value_stride + j] = value
            z[i * z_stride + j] = slope


@kernel
def evaluate(row, run):
    """Put the values of z (rows, columns) in z's place."""
    field = integers(row, 6)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    stride, columns = field[3], field[4]
    z = reals(field[2], n_rows * stride)
    parameter = real(doubles(field[5], 1)[0])
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        for j in range(columns):
            z[i * stride + j] = rule(z[i * stride + j], parameter)[0]
