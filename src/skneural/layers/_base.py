"""The base of layers: variables, and the steps added to a plan."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import InvalidParameterError

from .._naming import Part, suggestion
from .._whole_numbers import refuse_booleans
from ..engine.plan import Buffer, Plan
from ._from_data import OutputsOf
from ._over_time import EACH_STEP, OverTime
from ._rates import with_rates

WEIGHT, PARAMETER, STATISTIC = "weight", "parameter", "statistic"
Place = tuple[int, str]  # of a variable: the number of the network's layer, the name there


@dataclass(frozen=True)
class Variable:
    """An array that a layer owns.

    Parameters
    ----------
    name : str
        "kernel", "bias", ...
    shape : tuple of int
    kind : str
        "weight" is trained and decays, "parameter" is trained, "statistic" is updated by the layer.
    source : (int, str) or None
        Of a variable that belongs to another layer: the number of the network's layer, and the
        variable's name there.
    rate : float
        Factor of the learning rate.
    scale : float
        What the optimizer sees the variable divided by, and its gradient multiplied by.
    """

    name: str
    shape: tuple[int, ...]
    kind: str = PARAMETER
    source: Place | None = None
    rate: float = 1.0
    scale: float = 1.0

    @property
    def size(self) -> int:
        return math.prod(self.shape)


@dataclass(frozen=True)
class Slot:
    """Where a variable lives: its values, its place in the flat vector, its gradient's address.

    The gradient of a variable that is not ``trained`` is not wanted.
    """

    values: np.ndarray
    offset: int = 0
    gradient: int = 0
    trained: bool = True

    @cached_property
    def address(self) -> int:
        return self.values.ctypes.data

    def gradient_at(self, begin: int) -> int:
        """Return the address of a number's gradient, 0 for the thread's scratch."""
        return self.gradient + begin * self.values.itemsize if self.gradient else 0


Backward = Callable[[Buffer, bool], Buffer | None]
Shape = tuple[int, ...]


class Layer(Part):
    """Base of every layer.

    A subclass overrides what differs: its variables, their initial values, and ``build``, which
    adds the forward steps and returns what adds the backward ones. A layer with variables has a
    parameter ``trainable``; if that is False, training does not change them. It may have a
    parameter ``learning_rate_factor``.
    """

    registry: ClassVar[dict[str, type[Layer]]] = {}
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {}
    has_noise: ClassVar[bool] = False
    reads_sparse: ClassVar[bool] = False  # whether inputs may be sparse rows
    reads_samples: ClassVar[bool] = False  # whether they may be all rows of the data, in prediction
    reads_columns: ClassVar[bool] = False  # whether inputs may be numbers and codes of categories
    steps_alone: ClassVar[bool] = False  # whether a position's outputs are of that position alone
    reads_sequences: ClassVar[bool] = False  # whether inputs may be sequences with their lengths
    reads_targets: ClassVar[bool] = False  # whether it trains with `Plan.targets`, as a last layer

    def __init_subclass__(cls, name: str | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if name is not None:
            Layer.registry[name] = cls

    def _validate_params(self) -> None:
        try:
            super()._validate_params()
        except InvalidParameterError as error:
            raise InvalidParameterError(f"{error}{suggestion(self, str(error))}") from None
        refuse_booleans(self)

    @property
    def activation_names(self) -> list[str]:
        """Names of the activations within, passed to the initializers of the layers before them."""
        rule = getattr(self, "activation", "identity")
        name = getattr(rule, "name", rule)
        return [] if name == "identity" else [name]

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of a sample's output for that of its input.

        Raises
        ------
        ValueError
            If the layer does not accept such an input.
        """
        return input_shape

    def over_time(self, input_shape: Shape) -> OverTime | None:
        """Return how the layer goes over the time of sequences of unequal lengths.

        None if it does not accept them: if the result of a step may depend on what is behind a
        sequence.
        """
        return EACH_STEP if self.steps_alone else None

    def variables(self, input_shape: Shape) -> list[Variable]:
        """Return the layer's arrays for the shape of a sample's input."""
        return []

    def kept_variables(self, input_shape: Shape) -> list[Variable]:
        """Return the variables as a network keeps them.

        They have the factors of ``learning_rate_factor``, and are statistics if not ``trainable``.
        """
        factor = getattr(self, "learning_rate_factor", 1.0)
        variables = with_rates(self.variables(input_shape), factor, type(self).__name__)
        if getattr(self, "trainable", True):
            return variables
        return [replace(variable, kind=STATISTIC) for variable in variables]

    def shared_variables(self, input_shape: Shape) -> list[Variable]:
        """Return the variables that the layer uses but that are those of another layer."""
        return []

    def initialize(
        self, values: dict[str, np.ndarray], random_state: np.random.RandomState, activation: str
    ) -> None:
        """Write the initial values of the variables in place."""

    @property
    def reads_data(self) -> bool:
        """Whether the first weights depend on training rows: `initialize_from`."""
        return False

    def initialize_from(
        self, inputs: Any, input_shape: Shape, values: dict[str, np.ndarray],
        random_state: np.random.RandomState, outputs_of: OutputsOf,
    ) -> None:
        """Change the initial values in place by what the layer reads, before a training.

        Parameters
        ----------
        inputs : ndarray of shape (n_rows, ...), or what a network reads
            The layer's inputs for some training rows.
        input_shape : tuple of int
        values : dict of str to ndarray
            The variables, drawn by `initialize`.
        random_state : RandomState
        outputs_of : callable
            ``outputs_of(layer, inputs, input_shape, values)`` is what a layer makes of inputs in
            prediction, ndarray of shape (n_rows, ...).
        """

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        """Add the layer's forward steps to a plan.

        Noise, penalties and statistics of the batch are for `Plan.learning`; what backward steps
        need is for ``plan.training``.

        Parameters
        ----------
        plan : Plan
        inputs : Buffer
            The layer's input, read-only unless `own` returns it (``layers/_memory.py``).
        slots : dict of str to Slot
            Of the layer's variables, shared ones included.
        number : int
            The layer's place in the network: keys its random numbers.

        Returns
        -------
        outputs : Buffer
        backward : callable
            ``backward(gradient, wanted)`` adds the backward steps for the gradient of the outputs
            and returns that of the inputs, if ``wanted``. It reads the gradient only, too, unless
            `own` gives it.
        """
        raise NotImplementedError

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        """Small instances with the shapes of their inputs, for the contract tests."""
        return [(cls(), (5,))]
