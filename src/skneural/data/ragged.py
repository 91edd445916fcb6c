"""Errors for lists and object arrays that cannot be converted to one array of numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._naming import listed

_MOST_SHAPES = 4  # in an error message


def check_makes_one_array(X: Any, what: str, lists: bool = True) -> None:
    """Raise a ValueError for samples of different shapes, or arrays in an array of objects.

    Parameters
    ----------
    X : array-like, data frame or sparse matrix
        Only lists, tuples and one-dimensional arrays of objects are looked at.
    what : str
        What X is and whose, for the error: ``"MLPClassifier: X"``.
    lists : bool, default=True
        Whether to check samples that are lists; labels may be, which scikit-learn checks.
    """
    is_list = isinstance(X, (list, tuple))
    if not is_list and (getattr(X, "ndim", 0) != 1 or getattr(X, "dtype", "") != "O"):
        return
    kinds = (list, tuple, np.ndarray) if lists else np.ndarray
    shapes = {_shape(x) for x in X if isinstance(x, kinds)}
    if not shapes or (is_list and len(shapes) == 1 and None not in shapes):
        return
    if all(shape is not None and len(shape) == 1 for shape in shapes):
        lengths = sorted((shape[0] for shape in shapes if shape), reverse=True)
        if len(lengths) > 1:
            raise ValueError(
                f"{what} has rows of lengths {_in_words(lengths)}, where all need the same; fill"
                " up or leave out what is too short or too long"
            )
    known = sorted(shape for shape in shapes if shape is not None)
    if len(known) < len(shapes):
        raise ValueError(
            f"{what} has samples whose rows differ in length, where one array is needed; bring them"
            " to one shape and join them by numpy.stack"
        )
    found = f"of shape {known[0]}" if len(known) == 1 else f"of shapes {listed(known, 4)}"
    raise ValueError(
        f"{what} holds {len(X)} arrays, {found}, where one array is needed; bring them to one shape"
        " and join them by numpy.stack"
    )


def _shape(item: Any) -> tuple[int, ...] | None:
    """Return the shape of a sample, None where its own rows differ."""
    if isinstance(item, np.ndarray):
        return item.shape
    if not item or not isinstance(item[0], (list, tuple, np.ndarray)):  # checking all is slow
        return (len(item),)
    try:
        return np.shape(item)
    except ValueError:
        return None


def _in_words(lengths: list[int]) -> str:
    shown = [str(length) for length in lengths[:_MOST_SHAPES]]
    if len(lengths) > _MOST_SHAPES:
        return f"{', '.join(shown)} and others"
    return f"{', '.join(shown[:-1])} and {shown[-1]}"
