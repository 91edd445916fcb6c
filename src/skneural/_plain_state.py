"""State as plain values: instances of the package's classes as dicts, to be pickled or saved.

What an estimator keeps in private classes would tie files to where these are, and readers that
trust only public classes, as skops, would refuse it. So a state has names of classes: a public one
is named by the package that exports it, a private one is listed here, and so is the one function
that states have. Only what has a name is ever made of a state, and no attribute of it may hide a
method or a property of its class.
"""

from __future__ import annotations

import functools
from importlib import import_module
from types import MemberDescriptorType
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

PACKAGE = __name__.rpartition(".")[0]
KIND = "__class__"

# private classes in states, by module; one that moves keeps the name it has here
_PRIVATE = {
    "data.mask_targets": ["MaskTargets"],
    "data.numeric_targets": ["InputTargets", "NumericTargets"],
    "data.scaled_targets": ["ScaledTargets"],
    "data.series_scale": ["SeriesScale"],
    "data.step_targets": ["StepLabels", "StepNumbers"],
    "data.table_categories": ["Categories"],
    "data.table_scale": ["QuantileScale", "RobustScale"],
    "data.tables": ["TableCode"],
    "data.targets": ["ClassTargets"],
    "estimators.base.architecture": ["Architecture"],
    "estimators.deep_boltzmann.belief_layers": ["AssociativeDense", "LabelUnits", "TwoWayDense"],
    "estimators.deep_boltzmann.up_down": ["UpDown"],
    "estimators.generative.marginals": ["Column", "Quantiles", "Range"],
    "estimators.generative.networks": ["FittedNetwork"],
    "estimators.generative.spectral": ["SpectralNorm"],
    "estimators.generative.training": ["TrainingState"],
    "estimators.gmdh.neurons": ["Neurons"],
    "estimators.gmdh.polynomials": ["Layer", "LayeredModel", "TermModel"],
    "estimators.recurrent.generator": ["_Network"],
    "estimators.recurrent.tokens": ["Tokens"],
    "forecasting._changes": ["Changes", "Scale"],
    "forecasting._exog": ["ExogColumns"],
    "forecasting._fits": ["Fits"],
    "forecasting._model": ["Errors", "Learner", "Model"],
    "forecasting._past": ["Past"],
    "forecasting._reduction": ["Reduction"],
    "forecasting._times": ["Clock"],
    "losses._hinge": ["MulticlassHinge"],
    "losses._log_loss": ["BinaryLogLoss", "SoftmaxLogLoss"],
    "losses._mask_log_loss": ["MaskLogLoss", "MembersLogLoss"],
    "losses._pixel_log_loss": ["PixelLogLoss"],
    "training.round_snapshots": ["RoundsSnapshot"],
    "training.record": ["SolverState", "TrainingRecord"],
    "training.snapshots": ["Snapshot"],
}
_PRIVATE_FUNCTIONS = {"estimators.convnet.architectures.fast_recipe": ["_training"]}
_MODULES = {
    f"{PACKAGE}.{module.partition('.')[0]}.{name}": f"{PACKAGE}.{module}"
    for listed in (_PRIVATE, _PRIVATE_FUNCTIONS)
    for module, names in listed.items() for name in names
}
# what a class may have under the name of an attribute: places for values, no code
_PLACES = (MemberDescriptorType, functools.cached_property)
# names of attributes that were looked at, by class: it takes a quarter of the time of a load
_harmless: WeakKeyDictionary[type, set[str]] = WeakKeyDictionary()
_COLLECTIONS: dict[str, type] = {
    "frozenset": frozenset, "range": range, "set": set, "slice": slice,
}


def class_name(thing: Any) -> str | None:
    """Return the name of a class or function in states; None if it has none."""
    module = getattr(thing, "__module__", None) or ""
    name = getattr(thing, "__qualname__", "")
    if not module.startswith(f"{PACKAGE}."):
        return None
    part = ".".join(module.split(".")[:2])
    for place in (f"{PACKAGE}.{name}", f"{part}.{name}"):
        if _named(place) is thing:
            return place
    return None


def class_named(name: str) -> Any:
    """Return the class or function of a name.

    Raises
    ------
    ValueError
        If a state cannot have it.
    """
    found = _named(name) if isinstance(name, str) else None
    if found is None:
        raise ValueError(f"{name!r} is no class of {PACKAGE} whose instances can be loaded")
    return found


def _named(name: str) -> Any:
    package, _, last = name.rpartition(".")
    if name in _MODULES:
        return getattr(import_module(_MODULES[name]), last)
    if package != PACKAGE and package.partition(".")[0] != PACKAGE or package.count(".") > 1:
        return None
    if package.rpartition(".")[2].startswith("_"):
        return None
    try:
        module = import_module(package)
    except ModuleNotFoundError:
        return None
    if last not in getattr(module, "__all__", ()):
        return None
    found = getattr(module, last)
    return found if isinstance(found, type) else None  # public functions may do anything


def to_plain(value: Any) -> Any:
    """Return a value with dicts in place of instances of the package's classes.

    What has no name, as a user's own loss, stays as it is, and so do arrays.
    """
    kind = type(value)
    if kind is dict:
        if all(type(key) is str for key in value) and KIND not in value:
            return {key: to_plain(item) for key, item in value.items()}
        items = [[to_plain(key), to_plain(item)] for key, item in value.items()]
        return {KIND: "dict", "items": items}
    if kind in (list, tuple):
        return kind(map(to_plain, value))
    if kind.__name__ in _COLLECTIONS and kind is _COLLECTIONS[kind.__name__]:
        return {KIND: kind.__name__, "items": [to_plain(item) for item in _items(value)]}
    if kind is functools.partial:
        parts = [value.func, value.args, value.keywords]
        return {KIND: "partial", "items": [to_plain(part) for part in parts]}
    if isinstance(value, np.dtype):
        return {KIND: "dtype", "items": [value.str]}
    if isinstance(value, type) and issubclass(value, np.generic):
        return {KIND: "type", "items": [np.dtype(value).str]}
    if callable(value) and (name := class_name(value)) is not None:
        return {KIND: "name", "items": [name]}
    name = class_name(kind)
    if name is None:
        return value
    if isinstance(value, tuple):
        return {KIND: name, "items": [to_plain(item) for item in value]}
    state = value.__getstate__() or {}
    return {KIND: name, "state": state if has_plain_state(value) else to_plain(state)}


def _items(value: Any) -> list:
    if isinstance(value, range | slice):
        return [value.start, value.stop, value.step]
    return sorted(value, key=lambda item: (type(item).__name__, item))


def from_plain(value: Any) -> Any:
    """Return the value that `to_plain` was given.

    Raises
    ------
    ValueError
        If it names a class of which none can be made.
    """
    kind = type(value)
    if kind in (list, tuple):
        return kind(map(from_plain, value))
    if kind is not dict:
        return value
    if KIND not in value:
        return {key: from_plain(item) for key, item in value.items()}
    name = value[KIND]
    if "items" in value:
        items = [from_plain(item) for item in value["items"]]
        return _made(name, items)
    return instance_of(class_named(name), value["state"])


def instance_of(made: Any, state: Any) -> Any:
    """Return an instance of a class that has a plain state; no constructor is called.

    Raises
    ------
    ValueError
        If the state is none of this class.
    """
    is_class = isinstance(made, type)
    if not is_class:
        raise ValueError(f"{made.__qualname__} is a function, and has no instances to be loaded")
    state = state if has_plain_state(made) else from_plain(state)
    for part in state if isinstance(state, tuple) else (state,):
        _check_names(made, part)
    instance = made.__new__(made)
    _set_state(instance, state)
    return instance


def _check_names(made: type, state: Any) -> None:
    """Raise a ValueError for a state that would hide what a class does, as no fit leaves one."""
    if state is None:
        return
    if not isinstance(state, dict):
        raise ValueError(f"the state of a {made.__name__} is a {type(state).__name__}, no dict")
    harmless = _harmless.setdefault(made, set())
    if harmless.issuperset(state):
        return
    for name in state:
        known = getattr(made, name, None)
        if name.startswith("__") or callable(known) or (
            hasattr(type(known), "__get__") and not isinstance(known, _PLACES)
        ):
            raise ValueError(
                f"it sets {name!r} of a {made.__name__}, which is no attribute of a state but"
                " part of the class"
            )
    harmless.update(state)


def _made(name: str, items: list) -> Any:
    if name == "dict":
        return dict(items)
    if name == "dtype":
        return np.dtype(items[0])
    if name == "type":
        return np.dtype(items[0]).type
    if name == "name":
        return class_named(items[0])
    if name == "partial":
        return functools.partial(items[0], *items[1], **items[2])
    if name in ("range", "slice"):
        return _COLLECTIONS[name](*items)
    if name in _COLLECTIONS:
        return _COLLECTIONS[name](items)
    return tuple.__new__(class_named(name), items)


def _set_state(instance: Any, state: Any) -> None:
    if hasattr(instance, "__setstate__"):
        instance.__setstate__(state)
        return
    plain, slots = state if isinstance(state, tuple) else (state, None)
    for name, item in {**(plain or {}), **(slots or {})}.items():
        object.__setattr__(instance, name, item)


def plain_items(state: dict[str, Any]) -> dict[str, Any]:
    """Return the state that an estimator with `_has_plain_state` gives."""
    return {name: to_plain(value) for name, value in state.items()}


def items_of(state: dict[str, Any]) -> dict[str, Any]:
    """Return what `plain_items` was given."""
    return {name: from_plain(value) for name, value in state.items()}


def has_plain_state(thing: Any) -> bool:
    """Whether an instance, or those of a class, give their state as plain values."""
    return getattr(thing, "_has_plain_state", False)
