"""Checks of labels against the classes of an earlier fit."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._naming import listed

_MOST_SHOWN = 10  # labels in an error


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


def codes_of(y: Any, n_samples: int, classes: np.ndarray, owner: str) -> np.ndarray:
    """Return the number of the class that each sample is asked to have.

    Parameters
    ----------
    y : label, or array-like of shape (n_samples,)
    n_samples : int
    classes : ndarray of shape (n_classes,)
        Sorted.
    owner : str
        The estimator's name, for errors.

    Raises
    ------
    ValueError
        For a label that is no class, or another number of labels than of samples.
    """
    labels = np.asarray(y)
    if labels.shape not in ((), (n_samples,)):
        raise ValueError(
            f"{owner}: n_samples={n_samples}, but y has the shape {labels.shape}; pass a label, or"
            " one for each sample"
        )
    is_known = np.isin(labels, classes)
    if not is_known.all():
        raise ValueError(
            f"{owner}: y={shown(labels[~is_known])} is not among the classes {shown(classes)}"
        )
    return np.broadcast_to(np.searchsorted(classes, labels), n_samples)


def shown(labels: Any) -> str:
    """Return labels as text: one alone, or a list of the first ones."""
    texts = [repr(label) for label in np.asarray(labels).ravel().tolist()]
    return texts[0] if len(texts) == 1 else listed(texts, _MOST_SHOWN)
