"""A reference to another layer, which defines the computation and holds the weights."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...engine.plan import Buffer, Plan
from .._base import Backward, Layer, Place, Shape, Slot, Variable
from .._over_time import OverTime


class Reference(Layer):
    """Base of a layer that is another one at a second place, once it was found by its name."""

    layer: str
    _bound: tuple[str, Layer, Place | None] | None = None

    def bind(self, target: Layer, source: Place | None = None) -> None:
        """Let it stand for a layer.

        Parameters
        ----------
        target : Layer
        source : (int, str) or None, default=None
            The number of the network's layer that the target is or is within, and the path to it
            there; None where there is no network yet, which changes nothing once there was one.
        """
        if source is None and self.source is not None:
            return
        self._bound = (self.layer, target, source)

    @property
    def is_bound(self) -> bool:
        """Whether it is known which layer it stands for."""
        return self._bound is not None and self._bound[0] == self.layer

    @property
    def source(self) -> Place | None:
        """Where the layer is that it stands for: number of the network's layer, path within."""
        return self._bound[2] if self._bound is not None and self.is_bound else None

    def _target(self) -> Layer:
        if self._bound is None or not self.is_bound:
            raise ValueError(
                f"Shared({self.layer!r}) works only in a network that has a layer named"
                f" {self.layer!r}"
            )
        return self._bound[1]

    def _says(self, name: str) -> Any:
        return getattr(self._target() if self.is_bound else Layer, name)

    @property
    def has_noise(self) -> bool:  # type: ignore[override]
        """Whether training draws random numbers."""
        return self._says("has_noise")

    @property
    def reads_sparse(self) -> bool:  # type: ignore[override]
        """Whether inputs may be sparse rows."""
        return self._says("reads_sparse")

    @property
    def reads_samples(self) -> bool:  # type: ignore[override]
        """Whether inputs may be all rows of the data, in prediction."""
        return self._says("reads_samples")

    @property
    def reads_columns(self) -> bool:  # type: ignore[override]
        """Whether inputs may be numbers and codes of categories."""
        return self._says("reads_columns")

    @property
    def reads_sequences(self) -> bool:  # type: ignore[override]
        """Whether inputs may be sequences with their lengths."""
        return self._says("reads_sequences")

    def over_time(self, input_shape: Shape) -> OverTime | None:
        return self._target().over_time(input_shape)

    @property
    def activation_names(self) -> list[str]:
        return self._target().activation_names if self.is_bound else []

    def output_shape(self, input_shape: Shape) -> Shape:
        return self._target().output_shape(input_shape)

    def shared_variables(self, input_shape: Shape) -> list[Variable]:
        target = self._target()
        number, path = self.source or (0, "")
        own = [
            replace(v, source=(number, f"{path}.{v.name}" if path else v.name))
            for v in target.kept_variables(input_shape)
        ]
        return [*own, *target.shared_variables(input_shape)]

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        return self._target().build(plan, inputs, slots, number)
