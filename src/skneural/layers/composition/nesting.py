"""Parameters of layers in lists, to any depth, as ``name__parameter``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..._naming import did_you_mean
from .._base import Layer


def is_named(item: Any) -> bool:
    """Whether an item of a list is a pair of a name and what has it."""
    return isinstance(item, (tuple, list)) and len(item) == 2 and isinstance(item[0], str)


def named(items: Sequence) -> list[tuple[str, Any]]:
    """Return items with their names, or their places where they have none."""
    return [tuple(x) if is_named(x) else (str(place), x) for place, x in enumerate(items)]


def names_of(items: Any) -> list[str]:
    """Return the names of the items of a list, none of what is no list."""
    return [name for name, _ in named(items)] if isinstance(items, (list, tuple)) else []


def params_of_list(items: Any) -> dict[str, Any]:
    """Return the items of a list by their names, and the parameters within each."""
    if not isinstance(items, (list, tuple)):
        return {}
    params = {}
    for name, item in named(items):
        params[name] = item
        params.update((f"{name}__{key}", value) for key, value in params_within(item).items())
    return params


def params_within(item: Any) -> dict[str, Any]:
    """Return the parameters of a layer, or of the layers in a list."""
    return item.get_params(deep=True) if isinstance(item, Layer) else params_of_list(item)


def with_params(items: Any, params: dict[str, Any], owner: str) -> Any:
    """Return a list with items replaced by their names, and parameters within them set.

    Layers are changed in place, as scikit-learn does it; the list is a new one if items of it, or
    of a list in it, are replaced.

    Parameters
    ----------
    items : list or tuple
    params : dict of str to object
        By ``name`` or ``name__parameter``.
    owner : str
        What has the list, for the error.

    Raises
    ------
    ValueError
        For a name that no item has, or a parameter that an item does not have.
    """
    _check_names(params, names_of(items), owner)
    changed = []
    for entry, (name, item) in zip(items, named(items), strict=True):
        new = params.get(name, item)
        below = parameters_below(name, params)
        if below:
            new = with_params_within(new, below, f"{owner}, {name!r}")
        if new is not item:
            entry = (name, new) if is_named(entry) else new
        changed.append(entry)
    same = all(old is new for old, new in zip(items, changed, strict=True))
    return items if same else type(items)(changed)


def with_params_within(item: Any, params: dict[str, Any], owner: str) -> Any:
    """Return a layer with parameters set, or the list that `with_params` makes of one."""
    if isinstance(item, Layer):
        return item.set_params(**params)
    return with_params(item, params, owner)


def parameters_below(name: str, params: dict[str, Any]) -> dict[str, Any]:
    """Take what is below a name out of parameters, and return it without the name."""
    prefix = f"{name}__"
    keys = [key for key in params if key.startswith(prefix)]
    return {key[len(prefix) :]: params.pop(key) for key in keys}


def parameters_of(items: Any, params: dict[str, Any]) -> dict[str, Any]:
    """Take what belongs to the items of a list out of parameters, and return it."""
    names = names_of(items)
    keys = [key for key in params if key.partition("__")[0] in names]
    return {key: params.pop(key) for key in keys}


def _check_names(params: dict[str, Any], names: list[str], owner: str) -> None:
    """Raise a ValueError for a parameter that does not begin with one of the names."""
    for key in params:
        name = key.partition("__")[0]
        if name not in names:
            raise ValueError(
                f"Invalid parameter {name!r} for {owner}. Valid are {names}."
                f"{did_you_mean(name, names)}"
            )
