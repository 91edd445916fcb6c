"""Parameters of estimators, each said once: its default, its constraint and its text."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from textwrap import indent
from typing import Any, NamedTuple, TypeVar, dataclass_transform

Class = TypeVar("Class", bound=type)


class Parameter(NamedTuple):
    """What `parameter` was given; None where a redeclared one follows its base class."""

    default: Any
    constraint: Sequence | None
    text: str | None
    kw_only: bool
    after: str | None


def parameter(
    *,
    default: Any,
    constraint: Sequence | None = None,
    text: str | None = None,
    kw_only: bool = True,
    after: str | None = None,
) -> Any:
    """Declare a parameter in the body of a class: ``alpha: float = parameter(default=0.1, ...)``.

    Parameters
    ----------
    default : object
        An immutable object.
    constraint : list or None, default=None
        As in scikit-learn's ``_parameter_constraints``. `None` is the base class's.
    text : str or None, default=None
        The type in the first line, then what the parameter means. The default is added to the
        type. `None` is the base class's text.
    kw_only : bool, default=True
        Whether the parameter is passed by its name only.
    after : str or None, default=None
        The parameter that precedes it. `None`: parameters that a class adds, or makes positional,
        precede those of its bases, in the order of the body; redeclared ones keep their place.
    """
    cleaned = None if text is None else inspect.cleandoc(text)
    return Parameter(default, constraint, cleaned, kw_only, after)


class ParameterGroup:
    """What `parameter_group` makes of a class: parameters, and a base that leaves no class.

    Type checkers see an ordinary base class, from which others inherit attributes and a
    constructor. At run time it is absent from the method resolution order, as it has no methods.
    """

    def __init__(self, bases: Iterable[ParameterGroup], declared: dict[str, Parameter]):
        self.declarations: list[dict[str, Parameter]] = []  # those of bases first, each once
        for each in [*(d for base in bases for d in base.declarations), declared]:
            if not any(each is known for known in self.declarations):
                self.declarations.append(each)
        known: dict[str, Parameter] = {}
        for each in self.declarations:
            known = _joined(known, each)
        self.parameters = dict(sorted(known.items(), key=lambda item: item[1].kw_only))

    def __mro_entries__(self, bases: tuple) -> tuple:
        return ()


@dataclass_transform(eq_default=False, kw_only_default=True, field_specifiers=(parameter,))
def parameter_group(cls: Class) -> Class:
    """Make a group of parameters of a class that declares them, and may derive from other groups.

    The first group among the bases of an estimator has all its parameters. It is this class, not
    the estimator, that type checkers read as a dataclass: of a class with a base that has no type
    hints, as scikit-learn's have none, mypy lets the constructor take any keyword.
    """
    declared = {name: value for name, value in vars(cls).items() if isinstance(value, Parameter)}
    group: Any = ParameterGroup(reversed(_groups_of(cls)), declared)
    return group


def with_parameters(cls: Class) -> Class:
    """Give an estimator the parameters of the group that it names first among its bases.

    The class gets ``_parameter_constraints``, an ``__init__`` that assigns each parameter and does
    nothing else, and the text of its parameters in place of ``{parameters}`` in its docstring.
    """
    groups = _groups_of(cls)
    if not groups:
        raise TypeError(f"{cls.__name__} names no parameter group among its bases")
    parameters = groups[0].parameters
    target: Any = cls
    target._parameter_constraints = {name: p.constraint for name, p in parameters.items()}
    target.__init__ = _make_init(cls, parameters)
    described = "\n".join(_described(name, p) for name, p in parameters.items())
    cls.__doc__ = fill(cls.__doc__ or "", "parameters", described)
    return cls


def parameters_of(group: Any) -> dict[str, Parameter]:
    """Return the parameters of a group by name, in the order of the signature."""
    parameters: dict[str, Parameter] = group.parameters
    return parameters


def _groups_of(cls: type) -> list[ParameterGroup]:
    bases = vars(cls).get("__orig_bases__", ())
    return [base for base in bases if isinstance(base, ParameterGroup)]


def _joined(known: dict[str, Parameter], declared: dict[str, Parameter]) -> dict[str, Parameter]:
    """Return the parameters of base classes with those that a class declares."""
    joined, front = dict(known), []
    for name, new in declared.items():
        old = known.get(name)
        if old is None or (old.kw_only and not new.kw_only):
            front.append(name)
        if old is not None:
            new = new._replace(
                constraint=old.constraint if new.constraint is None else new.constraint,
                text=old.text if new.text is None else new.text,
            )
        joined[name] = new
    order = [*front, *(name for name in known if name not in front)]
    for name, new in declared.items():
        if new.after is not None:
            order.remove(name)
            order.insert(order.index(new.after) + 1, name)
    return {name: joined[name] for name in order}


def _make_init(cls: type, parameters: dict[str, Parameter]) -> Any:
    """Return an ``__init__`` with an explicit signature, made from source as dataclasses do.

    It assigns in a loop: compiling an assignment for each parameter would slow the import down.
    """
    taken = [name for name, p in parameters.items() if not p.kw_only]
    by_name = [name for name, p in parameters.items() if p.kw_only]
    star = ["*"] if by_name else []
    signature = ", ".join(["self", *taken, *star, *by_name])
    made: dict[str, Any] = {"_assign": _assign, "__name__": cls.__module__}
    exec(f"def __init__({signature}): _assign(**locals())", made)
    init = made["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    init.__defaults__ = tuple(parameters[name].default for name in taken)
    init.__kwdefaults__ = {name: parameters[name].default for name in by_name}
    return init


def _assign(self: Any, **parameters: Any) -> None:
    for name, value in parameters.items():
        setattr(self, name, value)


def _described(name: str, declared: Parameter) -> str:
    kind, _, meaning = (declared.text or "").partition("\n")
    return f"{name} : {kind}, default={_shown(declared.default)}\n{indent(meaning, '    ')}"


def _shown(default: Any) -> str:
    """Return a default as documentation shows it: "adam", 1e-8."""
    return f'"{default}"' if isinstance(default, str) else repr(default).replace("e-0", "e-")


def fill(text: str, field: str, value: str) -> str:
    """Replace ``{field}``, on a line of its own in a class's docstring."""
    return text.replace(f"    {{{field}}}", indent(value, "    "))
