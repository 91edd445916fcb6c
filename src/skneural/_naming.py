"""Names such as "adam" or "relu", turned into the objects they stand for."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sklearn.utils._param_validation import StrOptions

_NAMES_ELSEWHERE = {
    "sigmoid": "logistic",
    "swish": "silu",
    "linear": "identity",
    "mse": "squared_error",
    "mae": "absolute_error",
    "crossentropy": "log_loss",
    "cross_entropy": "log_loss",
    "categorical_crossentropy": "log_loss",
    "binary_crossentropy": "log_loss",
}


def did_you_mean(value: object, names: Iterable[str]) -> str:
    """Return " Did you mean 'relu'?" when `value` resembles one of `names`, else ""."""
    if not isinstance(value, str):
        return ""
    names, written = list(names), value.lower()
    meant = _NAMES_ELSEWHERE.get(written)
    close = [meant] if meant in names else difflib.get_close_matches(written, names, 1, 0.5)
    return f" Did you mean {close[0]!r}?" if close else ""


def listed(items: Sequence, most: int = 8) -> str:
    """Return the text of a list, cut at a readable length."""
    shown = ", ".join(map(str, items[:most]))
    return f"[{shown}, and {len(items) - most} more]" if len(items) > most else f"[{shown}]"


def known_names(constraints: Iterable) -> list[str]:
    """Return the names that a parameter's constraints list."""
    options = [c.options for c in constraints if isinstance(c, StrOptions)]
    return [name for names in options for name in names]


def suggestion(owner: Any, message: str) -> str:
    """Return what the value probably was meant to be that scikit-learn's message refuses."""
    for name, constraints in owner._parameter_constraints.items():
        if message.startswith(f"The '{name}' parameter of {type(owner).__name__} "):
            return did_you_mean(getattr(owner, name), known_names(constraints))
    return ""


def resolve(
    kind: str,
    value: Any,
    registry: Mapping[str, Any],
    owner: str = "",
    base: type | tuple[type, ...] | None = None,
) -> Any:
    """Return the object a name stands for, or the object itself.

    Parameters
    ----------
    kind : str
        What is looked up, as the parameter is called: "activation", "solver", ...

    value : str or object
        A name of `registry`, or an instance, which is returned as it is.

    registry : mapping of str to object
        The known names. A class is instantiated without arguments.

    owner : str, default=""
        Who asks, named in the error: usually the estimator's class name.

    base : type or tuple of types, default=None
        What an instance has to be. `None` accepts any object that is not a string.

    Returns
    -------
    object

    Raises
    ------
    ValueError
        If the name is not known.

    TypeError
        If `value` is neither a name nor an instance of `base`.
    """
    prefix = f"{owner}: " if owner else ""
    if isinstance(value, str):
        if value not in registry:
            raise ValueError(
                f"{prefix}{kind}={value!r} is not known.{did_you_mean(value, registry)}"
                f" Known: {', '.join(sorted(registry))}."
            )
        found = registry[value]
        return found() if isinstance(found, type) else found
    if isinstance(value, type) or (base is not None and not isinstance(value, base)):
        raise TypeError(
            f"{prefix}{kind}={value!r} is neither a name nor an instance;"
            f" give one of {', '.join(sorted(registry))}, or an object of that kind."
        )
    return value
