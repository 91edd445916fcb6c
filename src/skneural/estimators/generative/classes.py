"""Classes of a conditional model: codes of labels, and of the labels that samples are asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import column_or_1d

from ...data.checks import named
from ...data.known_classes import check_known, codes_of, shown

_FEWEST = 2  # rows of a class that do without a warning


def learned(y: Any, owner: str, classes: Any = None) -> tuple[np.ndarray, np.ndarray]:
    """Return the classes of labels, or those given, and a code for each label.

    Raises
    ------
    ValueError
        If y is no column of labels, or has others than the given classes.
    """
    with named(owner):
        y = column_or_1d(y)
        if type_of_target(y) == "continuous":
            raise ValueError(
                "Unknown label type: y has continuous numbers, not classes; make classes of them,"
                " or leave y out"
            )
    known = np.unique(y if classes is None else np.asarray(classes))
    check_known(y, known, False, owner)
    return known, np.searchsorted(known, y).astype(np.int64)


def notice_of_few(codes: np.ndarray, classes: np.ndarray, owner: str) -> str | None:
    """Return what to warn of classes with a single row, None if there are none."""
    counts = np.bincount(codes, minlength=len(classes))
    few = classes[(counts < _FEWEST) & (counts > 0)]
    if not len(few):
        return None
    return (
        f"{owner}: y has a single row of the classes {shown(few)}: their samples can only imitate"
        " that"
    )


def asked(
    y: Any, n_samples: int, classes: np.ndarray | None, shares: np.ndarray | None,
    random: np.random.RandomState, owner: str,
) -> np.ndarray:
    """Return the codes of the classes that samples are to have.

    Parameters
    ----------
    y : label, array-like of shape (n_samples,) or None
        None draws classes as often as they were in the fit.
    n_samples : int
    classes : ndarray or None
        None if the model has none.
    shares : ndarray or None
        Of each class.
    random : RandomState
    owner : str

    Raises
    ------
    ValueError
        If the model has no classes, or not those of y.
    """
    if classes is None:
        if y is not None:
            raise ValueError(
                f"{owner}: fitted without y: classes can't be asked for, got y={shown(y)}"
            )
        return np.empty(0, np.int64)
    if y is None:
        return random.choice(len(classes), n_samples, p=shares)
    return codes_of(y, n_samples, classes, owner)
