"""Series in other layouts, brought to the one that estimators read."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from sklearn.utils._param_validation import InvalidParameterError

from .._naming import did_you_mean
from ..data.series import Series, is_list, read_series
from .long_frames import series_of_frame

_OWNER = "to_series"
_LAYOUTS = ("channels_first", "long", "tslearn")


def to_series(
    X: Any,
    layout: str,
    *,
    instance: Hashable | None = None,
    time: Hashable | None = None,
    values: Hashable | Sequence[Hashable] | None = None,
    missing: str = "error",
) -> Series:
    """Bring series in other layouts to the one that estimators read, (time, features).

    Parameters
    ----------
    X : array-like, sequence of array-like or pandas DataFrame
        The series.
    layout : {"channels_first", "tslearn", "long"}
        How they lie in X:

        - "channels_first", as in aeon, sktime and PyTorch's convolutions: an array (n_samples,
          channels, time), or a sequence of arrays (channels, time_i). Without the axis of channels
          there is one.
        - "tslearn": an array (n_samples, time, features), in which shorter series end in NaN; or
          a sequence of such.
        - "long": a pandas DataFrame of one step a row, in any order, with columns for the series
          that a row belongs to and for its time, or a MultiIndex of these two.
    instance : label or None, default=None
        The column of a long frame that says which series a row belongs to. None for the first level
        of its MultiIndex.
    time : label or None, default=None
        The column that steps are sorted by. None for the second level of the MultiIndex, or, where
        `instance` is a column, for the order of the rows.
    values : label, sequence of labels or None, default=None
        The columns of the features. None for all but `instance` and `time`.
    missing : {"error", "mask"}, default="error"
        Whether NaN before the end of a series is an error, or such steps are left out. NaN that
        fill up the end of a series always are.

    Returns
    -------
    series : ndarray of shape (n_samples, time, features), or list of ndarray (time_i, features)
        An array if X is an array and all series are as long, else a list. Those of a long frame are
        in the order in which X has them first, as in ``X[instance].unique()``. float32 stays, other
        numbers become float64.

    Raises
    ------
    ValueError
        For series that are empty, differ in their features or have numbers that are not finite; for
        a frame that lacks a column, a series or a time, or has two rows of one time in a series.
    TypeError
        For a long layout that is no pandas DataFrame.

    Examples
    --------
    >>> import numpy as np
    >>> from skneural.preprocessing import to_series
    >>> to_series(np.zeros((10, 3, 50)), "channels_first").shape
    (10, 50, 3)
    >>> series = to_series([[[1.0], [2.0], [np.nan]], [[1.0], [2.0], [3.0]]], "tslearn")
    >>> [len(each) for each in series]
    [2, 3]
    """
    _check_choice("layout", layout, _LAYOUTS)
    _check_choice("missing", missing, ("error", "mask"))
    given = {"instance": instance, "time": time, "values": values}
    if layout == "long":
        return list(read_series(series_of_frame(X, _OWNER, **given), _OWNER, missing=missing))
    for name, value in given.items():
        if value is not None:
            raise ValueError(f"{_OWNER}: {name}={value!r} is for layout='long' only")
    series = read_series(_steps_first(X, layout == "channels_first"), _OWNER, missing=missing)
    return list(series) if is_list(X) else series


def _steps_first(X: Any, channels_first: bool) -> Any:
    """Return series with steps before features; an array without the third axis has one feature."""
    if is_list(X):
        return [_transposed(each) for each in X] if channels_first else X
    if not hasattr(X, "__array__"):  # for which `read_series` has an error
        return X
    array = np.asanyarray(X)
    if array.ndim == 2:
        return array[:, :, None]
    return array.transpose(0, 2, 1) if channels_first and array.ndim == 3 else array


def _transposed(series: Any) -> Any:
    if hasattr(series, "T"):
        return series.T
    try:
        array = np.asarray(series)
    except ValueError:  # rows of different lengths, for which `read_series` has an error
        return series
    return array.T if array.ndim == 2 else series


def _check_choice(name: str, value: Any, choices: Sequence[str]) -> None:
    if value not in choices:
        raise InvalidParameterError(
            f"The {name!r} parameter of {_OWNER} must be one of {', '.join(map(repr, choices))}."
            f" Got {value!r} instead.{did_you_mean(value, choices)}"
        )
