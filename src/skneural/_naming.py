"""Resolution of names such as "adam" or "relu" to objects, and suggestions for misspelt ones."""

import difflib
import functools
import inspect
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sklearn.base import BaseEstimator
from sklearn.utils._param_validation import InvalidParameterError, StrOptions, make_constraint

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
    "epochs": "max_iter",
    "n_epochs": "max_iter",
    "lr": "learning_rate_init",
    "optimizer": "solver",
    "patience": "n_iter_no_change",
    "seed": "random_state",
    "hidden_size": "hidden_layer_sizes",
    "out_features": "units",
    "out_channels": "filters",
    "he": "he_uniform",
    "glorot": "glorot_uniform",
    "lecun": "lecun_uniform",
}
_LEAST_LIKENESS = 0.7  # less is what names of a few letters have in common by chance
_LEAST_PREFIX = 3  # letters that say which longer name is meant


def did_you_mean(value: object, names: Iterable[str]) -> str:
    """Return " Did you mean 'relu'?" when `value` resembles one of `names`, else ""."""
    if not isinstance(value, str):
        return ""
    names, written = sorted(names), value.lower()
    meant = _NAMES_ELSEWHERE.get(written)
    if meant not in names:
        likeness = {n: difflib.SequenceMatcher(None, n, written).ratio() for n in names}
        begun = len(written) >= _LEAST_PREFIX
        close = [
            n for n in names
            if likeness[n] >= _LEAST_LIKENESS or (begun and n.startswith(written))
        ]
        meant = max(close, key=likeness.__getitem__, default=None)
    return "" if meant is None else f" Did you mean {meant!r}?"


def listed(items: Sequence, most: int = 8) -> str:
    """Return the text of a list, cut at a readable length."""
    shown = ", ".join(map(str, items[:most]))
    return f"[{shown}, and {len(items) - most} more]" if len(items) > most else f"[{shown}]"


def known_names(constraints: Iterable) -> list[str]:
    """Return the names that a parameter's constraints list."""
    options = [c.options for c in constraints if isinstance(c, StrOptions)]
    return [name for names in options for name in names]


def suggestion(owner: Any, message: str) -> str:
    """Return a suggestion for the invalid value that scikit-learn's message names."""
    for name, constraints in owner._parameter_constraints.items():
        if message.startswith(f"The '{name}' parameter of {type(owner).__name__} "):
            return did_you_mean(getattr(owner, name), known_names(constraints))
    return ""


@functools.cache
def _constraints_of(cls: Any) -> dict[str, list]:
    constraints = cls._parameter_constraints.items()
    return {n: [make_constraint(c) for c in given] for n, given in constraints}


def has_valid_parameters(owner: Any) -> bool:
    """Whether each parameter satisfies one of its constraints, which are made once a class.

    `_validate_params`, which makes them at each call, raises the error where one does not.
    """
    cls: Any = type(owner)
    constraints, values = _constraints_of(cls), owner.get_params(deep=False)
    return all(
        any(c.is_satisfied_by(value) for c in constraints[name])
        for name, value in values.items() if name in constraints
    )


def validate(part: Any, owner: str) -> None:
    """Check the parameters of a layer, a loss, ... and name its owner where one is not valid."""
    try:
        part._validate_params()
    except InvalidParameterError as error:
        prefix = f"{owner}: " if owner else ""
        raise InvalidParameterError(f"{prefix}{error}{suggestion(part, str(error))}") from None


class _SignatureOfInit:
    """A class's ``__signature__``, read off ``__init__`` where tools would read ``__new__``."""

    def __get__(self, instance: object, owner: type) -> inspect.Signature:
        if instance is not None:
            raise AttributeError("__signature__")  # an object that is called has another
        signature = inspect.signature(owner.__init__)  # type: ignore[misc]
        return signature.replace(parameters=[*signature.parameters.values()][1:])


def suggesting(owner: Any) -> Any:
    """Make errors of a subclass of `BaseEstimator` suggest corrections of misspelt parameters.

    A decorator, as a mixin would add a class to the method resolution order of every estimator.
    ``__new__`` sees the keywords before ``__init__`` does, whose signature is the class's.
    """

    def __new__(cls: type, *args: Any, **parameters: Any) -> Any:
        for name in parameters.keys() - _known_parameters(cls):
            if hint := _meant(name, cls):
                raise TypeError(
                    f"{cls.__name__}.__init__() got an unexpected keyword argument {name!r}.{hint}"
                )
        return super(owner, cls).__new__(cls)

    own = vars(owner).get("set_params")

    def set_params(self: Any, **parameters: Any) -> Any:
        """Set parameters by name, those of parts by ``part__parameter``.

        Parameters
        ----------
        **parameters : dict

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            For a parameter that there is not.
        """
        try:
            if own is not None:
                return own(self, **parameters)
            return super(owner, self).set_params(**parameters)
        except (AttributeError, ValueError):
            _refuse_unknown(self, parameters)
            raise

    names_of = functools.cache(lambda cls: tuple(super(owner, cls)._get_param_names()))

    def _get_param_names(cls: type) -> list[str]:
        """Return the names of the parameters; scikit-learn would read the signature each time."""
        return list(names_of(cls))

    if own is not None:
        set_params.__doc__ = own.__doc__
    for method in (__new__, set_params, _get_param_names):
        method.__qualname__ = f"{owner.__qualname__}.{method.__name__}"
        method.__module__ = owner.__module__
    owner.__new__, owner.set_params = __new__, set_params
    owner._get_param_names = classmethod(_get_param_names)
    owner.__signature__ = _SignatureOfInit()
    return owner


def _refuse_unknown(owner: Any, parameters: Mapping[str, Any]) -> None:
    """Raise a ValueError with a suggestion for an unknown parameter."""
    name, values = type(owner).__name__, owner.get_params()
    known = [n for n in values if "__" not in n]
    unknown = [n for n in (key.partition("__")[0] for key in parameters) if n not in known]
    if unknown:
        raise ValueError(
            f"Invalid parameter {unknown[0]!r} for estimator {name}."
            f"{did_you_mean(unknown[0], known)} Valid parameters are: {known!r}."
        ) from None
    for key in parameters:
        part, _, below = key.partition("__")
        meant = getattr(owner, "_meant_by", functools.partial(meant_by, owner))(key)
        if below and meant != key:
            raise ValueError(
                f"Invalid parameter {key!r} for estimator {name}: layers in a list go by"
                f" their names or places, without the list's. Write {meant!r}."
            ) from None
        if below and not hasattr(values[part], "set_params"):
            own = owner.get_params(deep=False)
            listed = [n for n in known if n not in own]
            says = f"{part}={_shortened(values[part])} has no parameters of its own."
            if listed and isinstance(values[part], (list, tuple)):
                says = f"layers in the list {part} go by {listed}, without {part!r}."
            raise ValueError(f"Invalid parameter {key!r} for estimator {name}: {says}") from None


def meant_by(owner: Any, key: str) -> str:
    """Return the key of a parameter for one that also contains names of lists."""
    values = owner.get_params()
    kept: list[str] = []
    for name in key.split("__"):
        holder = values.get("__".join(kept)) if kept else owner
        own = holder.get_params(deep=False) if hasattr(holder, "get_params") else {}
        if not isinstance(own.get(name), (list, tuple)):
            kept.append(name)
    meant = "__".join(kept)
    return meant if meant in values else key


@suggesting
class Part(BaseEstimator):
    """Base of what an estimator is built of: layers, losses, optimizers and the like."""

    def __init__(self) -> None:
        """Make one without parameters."""

    def _validate_params(self) -> None:
        if not has_valid_parameters(self):
            super()._validate_params()


def _shortened(value: Any) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else f"{text[:57]}..."


@functools.cache
def _known_parameters(cls: type) -> frozenset[str]:
    return frozenset(inspect.signature(cls.__init__).parameters)  # type: ignore[misc]


def _meant(name: str, cls: type) -> str:
    """Return a suggestion for a keyword, "" if the class accepts any keyword."""
    parameters = inspect.signature(cls.__init__).parameters.values()  # type: ignore[misc]
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        return ""
    return did_you_mean(name, (p.name for p in parameters if p.name != "self"))


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
