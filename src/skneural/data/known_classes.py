"""Checks of labels against the classes of an earlier fit."""

from __future__ import annotations

from typing import Any

import numpy as np


def check_known(y: np.ndarray, classes: np.ndarray, all_of_them: bool, owner: str) -> None:
    """Raise a ValueError for labels that are not among the classes, or do not have all of them.

    Parameters
    ----------
    y : ndarray of any shape
    classes : ndarray of shape (n_classes,)
        The classes of the earlier fit.
    all_of_them : bool
        Whether each class has to occur, as for a warm start.
    owner : str
        The estimator's name, for the error.
    """
    found = np.unique(y)
    unknown = np.setdiff1d(found, classes)
    if all_of_them and (len(unknown) or len(found) != len(classes)):
        raise ValueError(
            f"{owner}: warm_start can only be used where `y` has the same classes as in the"
            f" previous call to fit. Previously got {classes}, `y` has {found}"
        )
    if len(unknown):
        raise ValueError(
            f"{owner}: `y` has classes not in `self.classes_`. `self.classes_` has"
            f" {classes}. 'y' has {found}."
        )


def check_announced(given: Any, classes: np.ndarray, owner: str) -> None:
    """Raise a ValueError if other classes are passed to a later `partial_fit`."""
    if given is not None and not np.array_equal(np.unique(np.asarray(given)), classes):
        raise ValueError(
            f"{owner}: `classes={given}` is not the same as on last call to partial_fit,"
            f" was: {classes}"
        )
