"""The fits of a forecaster's regressors: Ctrl-C ends all, and errors say what to do."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.utils import get_tags
from sklearn.utils._param_validation import InvalidParameterError

ONE_OUTPUT = (
    "set strategy='direct', or put the regressor into sklearn.multioutput.MultiOutputRegressor"
)
_INTERRUPTED = "Training interrupted by user"  # how networks, scikit-learn's too, warn of Ctrl-C


@dataclass
class Fits:
    """Fits clones of one regressor, one after the other.

    A network ends its own training on Ctrl-C with a warning, and is usable. If more are to come, a
    forecaster is not: the next fit raises a KeyboardInterrupt in its place.

    Parameters
    ----------
    owner : str
        The forecaster's name, for errors.
    """

    owner: str
    _interrupted: bool = False
    _raised: set[tuple] = field(default_factory=set)

    def fit(self, regressor: Any, X: np.ndarray, y: np.ndarray) -> Any:
        """Return a fitted clone.

        Raises
        ------
        KeyboardInterrupt
            If Ctrl-C ended the fit before.
        ValueError
            If the regressor has one output and y has several.
        """
        if self._interrupted:
            raise KeyboardInterrupt
        with self._watched():
            try:
                return clone(regressor).fit(X, y)
            except ValueError as error:
                if y.ndim == 1 or not _has_one_output(regressor, error):
                    raise
                raise ValueError(
                    f"{self.owner}: {type(regressor).__name__} has one output,"
                    f" strategy='multioutput' needs {y.shape[1]}; {ONE_OUTPUT}"
                ) from error

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Note a warning of Ctrl-C; each warning is given once at its place, however many fits."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield
        for each in caught:
            text = str(each.message)
            self._interrupted |= text.startswith(_INTERRUPTED)
            place = (text, each.category, each.filename, each.lineno)
            if place not in self._raised:
                self._raised.add(place)
                warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)


def _has_one_output(regressor: Any, error: ValueError) -> bool:
    if isinstance(error, InvalidParameterError):
        return False
    has_tags = hasattr(regressor, "__sklearn_tags__")
    return "1d array" in str(error) or (
        has_tags and not get_tags(regressor).target_tags.multi_output
    )
