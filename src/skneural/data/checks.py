"""Checks of the arguments of `fit`, before anything is changed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.exceptions import DataConversionWarning
from sklearn.utils import get_tags
from sklearn.utils._param_validation import InvalidParameterError
from sklearn.utils.validation import check_array, column_or_1d, validate_data

from .._user_warnings import warn_user
from .numbers import check_masks, check_numbers
from .provider import Provider
from .ragged import check_makes_one_array
from .single_sample import check_is_not_one_row, check_is_not_one_sample

_FEW = 2048  # numbers that are looked at one by one in less time than NumPy takes to ignore errors
# errors whose messages get the name of the estimator
_NAMED = (ValueError, TypeError, IndexError, InvalidParameterError)
_OF_SAMPLES = {"ensure_2d": False, "allow_nd": True}
# attributes that scikit-learn's callbacks set on an estimator: no part of what it learned
OF_CALLBACKS = frozenset({
    "_skl_callbacks", "_skl_callbacks_to_teardown", "_callback_fit_ctx", "_parent_callback_ctx",
})


@contextmanager
def unchanged_on_error(estimator: Any) -> Iterator[None]:
    """Restore every attribute if the block raises; callbacks are left to scikit-learn."""
    before = dict(vars(estimator))
    try:
        yield
    except BaseException:
        attributes = vars(estimator)
        for name in attributes.keys() - before.keys() - OF_CALLBACKS:
            del attributes[name]
        attributes.update((n, v) for n, v in before.items() if n not in OF_CALLBACKS)
        raise


@contextmanager
def named(owner: str) -> Iterator[None]:
    """Put the estimator's name before the message of an error that lacks it.

    ``owner`` may say more, as "MLPClassifier, partition 0" does; the name is then not repeated.
    """
    try:
        yield
    except _NAMED as error:
        if type(error) not in _NAMED or owner in str(error):
            raise
        name = owner.partition(",")[0]
        message = str(error).removeprefix(f"{name}: ")
        raise type(error)(f"{owner}: {message}") from error


def accepted_dtypes(dtype: str | None) -> Any:
    """Return the dtypes that `validate_data` may keep for the parameter `dtype`."""
    return (np.float64, np.float32) if dtype is None else np.dtype(dtype)


def check_X_y(
    estimator: Any, X: Any, y: Any, dtype: Any, *, reset: bool, as_samples: bool = False
) -> tuple[Any, Any]:
    """Return X, in C order or CSR, and y, one column flattened; both checked.

    For an estimator without targets, y stays None.

    Parameters
    ----------
    dtype : dtype or tuple of dtypes
        Dtypes that X may have; any other is converted to the first.
    reset : bool
        Whether feature names and number of features are learned, or checked.
    as_samples : bool, default=False
        Whether X keeps the shape of its samples, if it differs from that of the fit.
    """
    are_arrays = type(X) is type(y) is np.ndarray and isinstance(dtype, np.dtype)
    is_quick = not reset and are_arrays and y.shape == X.shape[:1] and _is_finite(y)
    if is_quick and is_ready(estimator, X, dtype):
        return X, y
    how: dict[str, Any] = {"dtype": dtype, "order": "C", "reset": reset, **_finite(estimator)}
    owner = type(estimator).__name__
    Provider.refuse(X, owner)
    if as_samples:
        how |= _OF_SAMPLES
    else:
        if not reset:
            check_is_not_one_row(X, estimator.n_features_in_, owner)
        check_is_not_one_sample(X, y, owner, "X.reshape(1, -1)")
        _check_rows(estimator, X)
    if y is not None:
        (check_numbers if estimator._numeric_targets else check_masks)(y, f"{owner}: y")
    with named(owner):
        how["accept_sparse"] = _sparse_formats(estimator, X)
        if y is None and not get_tags(estimator).target_tags.required:
            return validate_data(estimator, X, **how), None
        X, y = validate_data(
            estimator, X, y, multi_output=True, y_numeric=estimator._numeric_targets, **how
        )
        return X, _flattened(estimator, y)


def check_y(estimator: Any, y: Any, n_samples: int) -> Any:
    """Return y, one column flattened, where X was checked by itself."""
    if y is None and not get_tags(estimator).target_tags.required:
        return None
    owner = type(estimator).__name__
    (check_numbers if estimator._numeric_targets else check_masks)(y, f"{owner}: y")
    with named(owner):
        if y is None:
            raise ValueError("requires y to be passed, but the target y is None")
        y = check_array(
            y, dtype="numeric" if estimator._numeric_targets else None, ensure_2d=False,
            input_name="y", estimator=estimator,
        )
        if len(y) != n_samples:
            raise ValueError(
                "Found input variables with inconsistent numbers of samples:"
                f" [{n_samples}, {len(y)}]"
            )
        return _flattened(estimator, y)


def _flattened(estimator: Any, y: Any) -> Any:
    """Return y; one column as a vector, with scikit-learn's warning."""
    if y.ndim == 2 and y.shape[1] == 1 and hasattr(y, "ravel"):
        warn_user(
            "A column-vector y was passed when a 1d array was expected. Please change the shape"
            f" of y to (n_samples, ), for example using ravel(). ({type(estimator).__name__})",
            DataConversionWarning,
        )
        y = column_or_1d(y)
    return y


def check_X(estimator: Any, X: Any, dtype: np.dtype, as_samples: bool = False) -> Any:
    """Return X to predict from, of the fitted model's dtype, in C order or CSR.

    With ``as_samples`` it keeps the shape of its samples, if it differs from that of the fit.
    """
    if not as_samples and type(X) is np.ndarray and is_ready(estimator, X, dtype):
        return X
    how: dict[str, Any] = {"dtype": dtype, "order": "C", "reset": False, **_finite(estimator)}
    Provider.refuse(X, type(estimator).__name__)
    if as_samples:
        return validate_data(estimator, X, **how, **_OF_SAMPLES)
    check_is_not_one_row(X, estimator.n_features_in_, type(estimator).__name__)
    _check_rows(estimator, X)
    formats = _sparse_formats(estimator, X)
    with named(type(estimator).__name__):
        return validate_data(estimator, X, accept_sparse=formats, **how)


def _finite(estimator: Any) -> dict[str, Any]:
    """Return what `validate_data` is to do about NaN."""
    return {"ensure_all_finite": "allow-nan" if getattr(estimator, "_reads_nan", False) else True}


def _check_rows(estimator: Any, X: Any) -> None:
    """Raise a ValueError for X that would be misread as rows of numbers."""
    owner, dimensions = type(estimator).__name__, _count_dimensions(X)
    check_makes_one_array(X, f"{owner}: X")
    if dimensions > 2:
        other = "Regressor" if estimator._numeric_targets else "Classifier"
        rows = "X.reshape(len(X), -1)" if hasattr(X, "reshape") else "np.reshape(X, (len(X), -1))"
        raise ValueError(
            f"Found array with dim {dimensions}, while dim <= 2 is required by {owner};"
            f" ConvNet{other} takes images as they are and NeuralNet{other} samples of any shape,"
            f" or make rows of them by {rows}"
        )
    check_numbers(X, f"{owner}: X")


def _count_dimensions(X: Any) -> int:
    depth = 0
    while isinstance(X, (list, tuple)) and X:
        X, depth = X[0], depth + 1
    return depth + int(getattr(X, "ndim", 0))


def _sparse_formats(estimator: Any, X: Any) -> str | bool:
    """Return the sparse formats for `validate_data`; raise if it cannot read sparse X."""
    if estimator._accepts_sparse():
        return "csr"
    if sparse.issparse(X):
        raise TypeError(
            f"{type(estimator).__name__}: Sparse data was passed for X, but"
            f" {estimator._needs_dense}"
        )
    return False


def is_ready(estimator: Any, X: np.ndarray, dtype: np.dtype) -> bool:
    """Whether X needs no conversion and no message: a fast form of `validate_data`."""
    if not (
        X.dtype == dtype
        and X.ndim == 2
        and X.shape[0] > 0
        and X.shape[1] == estimator.n_features_in_
        and X.flags.c_contiguous
        and X.flags.aligned
        and not hasattr(estimator, "feature_names_in_")
    ):
        return False
    return _is_finite(X)


def _is_finite(array: np.ndarray) -> bool:
    """Whether an array certainly holds finite numbers; False if that needs a slower check."""
    if array.dtype.kind in "biu":
        return True
    if array.dtype not in (np.float32, np.float64):
        return False
    if array.size <= _FEW:
        return bool(np.isfinite(array).all())
    with np.errstate(over="ignore", invalid="ignore"):
        return math.isfinite(array.sum())


def check_weights(owner: str, name: str, weight: Any, n_samples: int) -> np.ndarray | None:
    """Return the weights as a float64 vector; at least one has to be positive, none negative."""
    if weight is None:
        return None
    check_numbers(weight, f"{owner}: {name}")
    if np.isscalar(weight):
        with named(f"{owner}: {name}={weight!r}"):
            weight = np.full(n_samples, weight, dtype=np.float64)
    with named(f"{owner}: {name}"):
        weight = check_array(weight, ensure_2d=False, dtype=np.float64, input_name=name)
    if weight.ndim != 1:
        raise ValueError(
            f"{owner}: Sample weights must be 1D array or scalar, got {name} of shape"
            f" {weight.shape}"
        )
    if weight.shape != (n_samples,):
        raise ValueError(f"{owner}: {name}.shape == {weight.shape}, expected {(n_samples,)}!")
    if weight.min() < 0:
        raise ValueError(f"{owner}: {name} has negative values, the least is {weight.min():g}")
    if weight.max() == 0:
        raise ValueError(f"{owner}: {name} is zero everywhere; one weight has to be positive")
    return weight
