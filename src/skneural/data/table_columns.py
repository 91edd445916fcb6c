"""The columns of a table, whatever container holds them."""

from __future__ import annotations

import datetime
import numbers
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from importlib import import_module
from itertools import repeat
from typing import Any

import numpy as np

NUMBERS, TEXT, TIMES, OTHER, MIXED = "numbers", "text", "times", "other", "mixed"
_MISSING_TYPES = {"NoneType", "NAType", "NaTType"}
_TEXT = (str, bytes)
_NUMBERS = (numbers.Real, Decimal, np.bool_)
_TIMES = (np.datetime64, np.timedelta64, datetime.date, datetime.time, datetime.timedelta)
_OF_KIND = dict.fromkeys("biuf", NUMBERS) | dict.fromkeys("mM", TIMES)


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    values : ndarray of shape (n_samples,), or column of a data frame
    place : str
        What it is called in a message: ``"column 'age'"``.
    code : str
        What a user writes for it: ``"X['age']"``.
    """

    values: Any
    place: str
    code: str

    @property
    def says_category(self) -> bool:
        """Whether the dtype is that of categories: of pandas, polars or pyarrow."""
        name = str(getattr(self.values, "dtype", ""))
        return name == "category" or name.startswith(("Categorical", "Enum", "dictionary<"))

    @property
    def is_float32(self) -> bool:
        """Whether the dtype is float32."""
        name = str(getattr(self.values, "dtype", "")).lower()
        return name in ("float32", "float[pyarrow]")

    def kind(self) -> str:
        """Return what the column holds: "numbers", "text", "times", "mixed" or "other".

        Missing values are of any kind. A column of nothing else counts as one of numbers.
        """
        kind = _OF_KIND.get(getattr(getattr(self.values, "dtype", None), "kind", "O"))
        if self._numbers_of_polars():
            kind = NUMBERS
        return kind_of(self.objects()) if kind is None or self.says_category else kind

    def objects(self) -> np.ndarray:
        """Return the values as Python objects, shape (n_samples,), dtype object."""
        if hasattr(self.values, "to_list") and not hasattr(self.values, "iloc"):  # of polars
            return np.fromiter(self.values.to_list(), object, len(self.values))
        if isinstance(self.values, np.ndarray):
            return self.values.astype(object)
        return self.values.to_numpy(dtype=object)

    @cached_property
    def coded(self) -> tuple[np.ndarray, np.ndarray]:
        """The distinct values, and the place of each row's among them, -1 if it is missing.

        Arrays of shape (n_distinct,), dtype object, and (n_samples,), dtype int64. Values that are
        equal in Python are one; none of them is missing.

        Raises
        ------
        TypeError
            For values without a hash.
        """
        if hasattr(self.values, "factorize"):  # of pandas
            places, distinct = self.values.factorize()
            return np.asarray(distinct, object), places
        objects = self.objects()
        distinct = [value for value in dict.fromkeys(objects) if not is_missing(value)]
        known = {value: place for place, value in enumerate(distinct)}
        places = np.fromiter(map(known.get, objects, repeat(-1)), np.int64, len(objects))
        return np.fromiter(distinct, object, len(distinct)), places

    def numbers(self) -> np.ndarray:
        """Return the values as numbers, shape (n_samples,), dtype float64, NaN where missing.

        Raises
        ------
        ValueError
            For text and times.
        TypeError
            For other objects.
        """
        dtype = getattr(self.values, "dtype", None)
        if isinstance(dtype, np.dtype) and dtype.kind in "biuf":
            return np.asarray(self.values, np.float64)
        if self._numbers_of_polars():
            return np.asarray(self.values.to_numpy(), np.float64)
        if getattr(dtype, "kind", "O") in "biuf" and hasattr(self.values, "iloc"):
            return self.values.to_numpy(np.float64, na_value=np.nan)  # of pandas, with its own NA
        objects = self.objects()
        kind = self.kind()
        if kind != NUMBERS:
            raise unfit(self, kind, objects)
        missing = np.fromiter(map(is_missing, objects), bool, len(objects))
        try:
            return np.where(missing, np.nan, objects).astype(np.float64)
        except OverflowError:
            raise ValueError(
                f"X, in {self.place}, holds numbers that are too large for float64; make them NaN,"
                " which is taken as missing, or leave the rows out"
            ) from None

    def _numbers_of_polars(self) -> bool:
        is_numeric = getattr(getattr(self.values, "dtype", None), "is_numeric", None)
        return is_numeric is not None and bool(is_numeric())


def columns_of(X: Any) -> list[Column]:
    """Return the columns of an array or of a data frame of pandas, polars or pyarrow."""
    if isinstance(X, np.ndarray):
        return [Column(X[:, j], f"column {j}", f"X[:, {j}]") for j in range(X.shape[1])]
    if not is_frame(X):  # a table of pyarrow, whose integers stay integers where some are missing
        X = X.to_pandas(types_mapper=import_module("pandas").ArrowDtype)
    names = list(X.columns)
    series = [X.iloc[:, j] for j in range(len(names))] if hasattr(X, "iloc") else X.get_columns()
    return [
        Column(each, f"column {name!r}", f"X[{name!r}]")
        for name, each in zip(names, series, strict=True)
    ]


def is_frame(X: Any) -> bool:
    """Whether X is a data frame of pandas or polars."""
    return hasattr(X, "columns") and (hasattr(X, "iloc") or hasattr(X, "get_columns"))


def is_missing(value: Any) -> bool:
    """Whether a value is None, NaN, or what pandas has for them."""
    if isinstance(value, _NUMBERS):
        return bool(value != value)
    return type(value).__name__ in _MISSING_TYPES


def kind_of(objects: Sequence | np.ndarray) -> str:
    """Return what objects are, as `Column.kind` does."""
    kinds = {_kind_of_type(t) for t in set(map(type, objects)) if t.__name__ not in _MISSING_TYPES}
    if OTHER in kinds:
        return OTHER
    if len(kinds) > 1 and all(is_missing(v) for v in objects if isinstance(v, _NUMBERS)):
        kinds.discard(NUMBERS)  # NaN among text
    return MIXED if len(kinds) > 1 else kinds.pop() if kinds else NUMBERS


def _kind_of_type(of: type) -> str:
    for kind, types in ((TEXT, _TEXT), (NUMBERS, _NUMBERS), (TIMES, _TIMES)):
        if issubclass(of, types):
            return kind
    return OTHER


def unfit(column: Column, kind: str, objects: np.ndarray) -> Exception:
    """Return the error for a column of text, times, mixed or other values.

    The caller puts the estimator's name before it.
    """
    where = f"X, in {column.place},"
    if kind == OTHER:
        present = [v for v in objects if not is_missing(v)]
        odd = next((v for v in present if _kind_of_type(type(v)) == OTHER), present[0])
        return TypeError(
            f"{where} holds {odd!r}, but each argument must be a string or a number; convert the"
            f" column by {column.code}.astype(str), or leave it out"
        )
    if kind == TIMES:
        example = next(v for v in objects if not is_missing(v))
        return ValueError(
            f"{where} holds times, such as {example}; subtract a date and divide by a unit, as in"
            f" ({column.code} - {column.code}.min()) / numpy.timedelta64(1, 'D')"
        )
    text = next(v for v in objects if isinstance(v, _TEXT))
    if kind == TEXT:
        return ValueError(
            f"{where} holds text, such as {text!r}, where numbers are needed; convert it, as by"
            f" pandas.to_numeric({column.code}, errors='coerce'), or name it in"
            " categorical_features"
        )
    number = next(v for v in objects if not isinstance(v, _TEXT) and not is_missing(v))
    return ValueError(
        f"{where} mixes text, such as {text!r}, with other values, such as {number!r}; make them"
        f" of one type, as by {column.code}.astype(str)"
    )
