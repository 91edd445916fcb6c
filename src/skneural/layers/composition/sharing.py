"""Which layer a reference stands for: names, from the nearest list of layers outwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..._naming import did_you_mean, listed
from .._base import Layer, Place, Shape
from .reference import Reference

Pairs = Sequence[tuple[str, Layer]]


@dataclass(frozen=True)
class _Entry:
    """A layer of a network, or of one of its layers: the names on the way to it."""

    path: tuple[str, ...]
    layer: Layer
    number: int
    is_named: bool

    @property
    def text(self) -> str:
        return ".".join(self.path)

    @property
    def place(self) -> Place:
        return self.number, ".".join(self.path[1:])

    def is_within(self, other: _Entry) -> bool:
        return self.path[: len(other.path)] == other.path


def bind_shared(pairs: Pairs, owner: str) -> None:
    """Let each `Shared` in the layers of a network stand for the layer it names.

    Parameters
    ----------
    pairs : sequence of (str, Layer)
        All layers of the network.
    owner : str
        The estimator's name, for errors.

    Raises
    ------
    ValueError
        If there is no such layer, if several are as near, or if one would contain itself.
    """
    entries = list(_entries(pairs))
    references = [entry for entry in entries if isinstance(entry.layer, Reference)]
    targets = {r.path: _target(r, entries, f"{owner}: " if owner else "") for r in references}
    for reference in references:
        _check_cycle(reference, references, targets, owner)
    for reference in references:
        target = targets[reference.path]
        while target.path in targets:
            target = targets[target.path]
        reference.layer.bind(target.layer, target.place)


def bind_within(pairs: Pairs) -> None:
    """Let those references stand for layers whose layers are in the same list or within it."""
    entries = list(_entries(pairs))
    for entry in entries:
        if isinstance(entry.layer, Reference):
            found, chain = _nearest(entry, entries), [entry]
            while len(found) == 1 and isinstance(found[0].layer, Reference):
                if found[0] in chain:
                    break  # an error, which `bind_shared` raises
                chain.append(found[0])
                found = _nearest(found[0], entries)
            else:
                if len(found) == 1 and not entry.is_within(found[0]):
                    entry.layer.bind(found[0].layer)


def check_shared_shapes(pairs: Pairs, input_shape: Shape, owner: str) -> None:
    """Raise a ValueError where a shared layer's weights do not fit the samples it is given."""
    inputs = {place: (layer, shape) for _, layer, place, shape in _with_shapes(pairs, input_shape)}
    for text, layer, _, shape in _with_shapes(pairs, input_shape):
        if not isinstance(layer, Reference) or layer.source not in inputs:
            continue
        target, known = inputs[layer.source]
        needed = {v.name: v.shape for v in target.variables(shape)}
        for variable in target.variables(known):
            if needed[variable.name] != variable.shape:
                raise ValueError(
                    f"{owner}: layer {text!r} is Shared({layer.layer!r}) and is given samples of"
                    f" shape {shape}, for which {variable.name!r} would have the shape"
                    f" {needed[variable.name]}; the layer {layer.layer!r} is given samples of"
                    f" shape {known}, and its {variable.name!r} has the shape {variable.shape}"
                )


def check_not_twice(pairs: Pairs, owner: str) -> None:
    """Raise a ValueError for a layer with weights that stands in two places as one object."""
    first: dict[int, _Entry] = {}
    for entry in _entries(pairs):
        other = first.setdefault(id(entry.layer), entry)
        if other is not entry and _has_weights(entry.layer):
            name = type(entry.layer).__name__
            share = f"Shared({other.path[-1]!r})"
            if not other.is_named:
                share = "Shared('name') with a name that is given to the first"
            raise ValueError(
                f"{owner}: the layers {other.text!r} and {entry.text!r} are the same {name}"
                f" object; create a second {name}(...) for separate weights, or share them by"
                f" {share}"
            )


def _has_weights(layer: Any) -> bool:
    parts = [part for _, part in _parts(layer)]
    is_layer = isinstance(layer, Layer) and not parts
    own = is_layer and type(layer).variables is not Layer.variables
    return own or hasattr(layer, "trainable") or any(_has_weights(part) for part in parts)


def _entries(pairs: Pairs) -> Iterator[_Entry]:
    """Yield all layers, those that layers are made of included, outermost first."""
    for number, (name, layer) in enumerate(pairs):
        yield from _below(_Entry((name,), layer, number, True))


def _below(entry: _Entry) -> Iterator[_Entry]:
    yield entry
    for name, part in _parts(entry.layer):
        is_named = not name.isdigit() and name not in entry.layer._lists
        yield from _below(_Entry((*entry.path, name), part, entry.number, is_named))


def _parts(layer: Any) -> list[tuple[str, Layer]]:
    """Return what a layer is made of; nothing where that is refused later on."""
    try:
        return layer._parts() if hasattr(layer, "_parts") else []
    except (TypeError, ValueError):
        return []


def _with_shapes(pairs: Pairs, shape: Shape) -> Iterator[tuple[str, Layer, Place, Shape]]:
    """Yield path, layer, place and the shape of its input for all layers."""
    for number, (name, layer) in enumerate(pairs):
        yield from _shapes_below(name, layer, (number, ""), shape)
        shape = layer.output_shape(shape)


def _shapes_below(text, layer, place, shape):
    yield text, layer, place, shape
    if hasattr(layer, "_parts"):
        parts = layer._parts(shape)
        for (name, part), its in zip(parts, layer._part_shapes(shape), strict=True):
            path = f"{place[1]}.{name}" if place[1] else name
            yield from _shapes_below(f"{text}.{name}", part, (place[0], path), its)


def _nearest(reference: _Entry, entries: Sequence[_Entry]) -> list[_Entry]:
    """Return the layers of a reference's name that are nearest: more than one if that is so."""
    wanted = tuple(reference.layer.layer.split("."))
    found = [
        entry for entry in entries
        if entry.is_named and entry.path[-len(wanted) :] == wanted and entry is not reference
    ]

    def distance(entry):
        common = 0
        for one, other in zip(entry.path, reference.path, strict=False):
            if one != other:
                break
            common += 1
        return -common, len(entry.path)

    least = min(map(distance, found), default=None)
    return [entry for entry in found if distance(entry) == least]


def _target(reference: _Entry, entries: Sequence[_Entry], prefix: str) -> _Entry:
    name = reference.layer.layer
    what = f"{prefix}layer {reference.text!r}: Shared({name!r})"
    found = _nearest(reference, entries)
    if len(found) == 1:
        if reference.is_within(found[0]):
            raise ValueError(f"{what} is within the layer {found[0].text!r} itself")
        return found[0]
    if found:
        raise ValueError(
            f"{what} is ambiguous: {listed([entry.text for entry in found])}; write"
            f" Shared({found[0].text!r}) or another of these"
        )
    if reference.path[-1] == name:
        raise ValueError(f"{what} names itself; give another layer that name")
    known = [entry.path[-1] for entry in entries if entry.is_named and entry is not reference]
    raise ValueError(
        f"{what} names no layer; those with a name are {listed(known)}."
        f"{did_you_mean(name, known)}"
    )


def _check_cycle(start, references, targets, owner):
    """Raise a ValueError if what a reference stands for contains that reference."""
    seen, waiting = set(), [targets[start.path]]
    while waiting:
        target = waiting.pop()
        if target.path == start.path:
            prefix = f"{owner}: " if owner else ""
            raise ValueError(
                f"{prefix}layer {start.text!r}: Shared({start.layer.layer!r}) stands for a layer"
                " that contains it by another Shared"
            )
        if target.path not in seen:
            seen.add(target.path)
            inner = [r for r in references if r.is_within(target)]
            waiting += [targets[r.path] for r in inner]
            waiting += [r for r in inner if r.path == start.path]
