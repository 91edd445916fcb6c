"""Methods that only some settings of an estimator have."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from types import MethodType
from typing import Any


class AvailableIf:
    """A method that an estimator has if a check of it passes.

    As scikit-learn's ``available_if``, but the check's own error is raised, where ``available_if``
    says that there is no such attribute and leaves the reason to ``__cause__``.

    Parameters
    ----------
    method : callable
    check : callable
        ``check(estimator)`` raises an AttributeError that says why there is no such method.
    """

    def __init__(self, method: Callable, check: Callable[[Any], None]):
        self.method = method
        self.check = check
        update_wrapper(self, method)  # type: ignore[arg-type]

    def __get__(self, estimator: Any, owner: type | None = None) -> Callable:
        if estimator is None:
            return self.method
        self.check(estimator)
        return MethodType(self.method, estimator)


def available_if(check: Callable[[Any], None]) -> Callable[[Callable], Any]:
    """Return a decorator of methods; see `AvailableIf`."""
    return lambda method: AvailableIf(method, check)
