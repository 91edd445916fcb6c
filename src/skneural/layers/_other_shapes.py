"""Layers on samples of another shape than the one they were made for: longer, larger."""

from __future__ import annotations

from collections.abc import Sequence

from ._base import Layer, Shape, Variable


def shapes_for(
    layers: Sequence[tuple[str, Layer]], known: Shape, shape: Shape, of_steps: bool = False
) -> list[Shape]:
    """Return the shapes before, between and behind layers for samples of another shape.

    Parameters
    ----------
    layers : sequence of (name, Layer)
        To the output of a network, which has to keep its shape unless ``of_steps``.
    known : tuple of int
        Shape of the samples that the layers were made for.
    shape : tuple of int
    of_steps : bool, default=False
        Whether outputs are those of each step.

    Raises
    ------
    ValueError
        If a layer cannot work on them, or not with the variables that it has.
    """
    shapes = [shape]
    for name, layer in layers:
        given = shapes[-1]
        try:
            result, variables = layer.output_shape(given), _used(layer, given)
        except ValueError as error:
            raise ValueError(f"layer {name!r}: {error}") from error
        if variables != _used(layer, known):
            raise ValueError(
                f"layer {name!r} would get {given} instead of {known}; with GlobalMaxPool or"
                " GlobalAvgPool before it, samples may have any size"
            )
        shapes.append(result)
        known = layer.output_shape(known)
    if layers and shapes[-1] != known and not of_steps:
        raise ValueError(f"outputs would be of shape {shapes[-1]} instead of {known}")
    return shapes


def _used(layer: Layer, shape: Shape) -> list[Variable]:
    """Return the variables that a layer uses for samples of a shape, shared ones too."""
    return [*layer.variables(shape), *layer.shared_variables(shape)]
