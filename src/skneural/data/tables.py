"""What is learned about the columns of a table, and how its rows become numbers and codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import compress
from typing import Any

import numpy as np

from .._naming import listed
from .._user_warnings import warn_user
from .sources import Columns
from .table_categories import MISSING, Categories
from .table_columns import NUMBERS, TEXT, Column, unfit
from .table_scale import MakeScale, NumberScale

_FEW = 20  # categories that any number of rows may have


@dataclass(frozen=True)
class TableCode:
    """How the columns of a table become numbers and codes.

    The numbers of a row are those of its columns of numbers, scaled, and then for each column in
    ``indicated`` 1 where it is missing and else 0.

    Parameters
    ----------
    is_categorical : ndarray of shape (n_features,), bool
    categories : tuple of Categories
        Of each categorical column.
    indicated : ndarray of int
        Which of the columns of numbers had missing values in `fit`, beside others.
    seen : ndarray of bool, or None, default=None
        Which of these had some among the rows to train on; the other indicators stay 0.
    scale : NumberScale or None, default=None
        Of the columns of numbers; None until it is learned from the rows to train on.
    """

    is_categorical: np.ndarray
    categories: tuple[Categories, ...]
    indicated: np.ndarray
    seen: np.ndarray | None = None
    scale: NumberScale | None = None

    @property
    def n_numbers(self) -> int:
        """Numbers of a row, without indicators."""
        return int((~self.is_categorical).sum())

    @property
    def n_categories(self) -> tuple[int, ...]:
        """Codes of each categorical column, that of missing values included."""
        return tuple(each.n_codes for each in self.categories)

    @property
    def width(self) -> int:
        """Numbers, indicators and codes of a row."""
        return self.n_numbers + len(self.indicated) + len(self.categories)

    def read(self, columns: Sequence[Column], owner: str) -> Columns:
        """Return numbers as they are, with NaN, and codes."""
        return self._read(columns, read_numbers(columns, self.is_categorical, owner), owner)

    def learn(self, read: Columns, weight: np.ndarray | None, make_scale: MakeScale) -> TableCode:
        """Return it with the statistics of some rows; categories not among them are unknown.

        Parameters
        ----------
        read : Columns
            As `read` returns them, of the rows to train on only.
        weight : ndarray of shape (n_samples,) or None
            A row of weight 0 counts as none.
        make_scale : callable
            ``make_scale(numbers, weight)`` returns their scale.
        """
        counts = slice(None) if weight is None else weight > 0
        pairs = zip(self.categories, read.codes[counts].T, strict=True)
        return replace(
            self,
            seen=np.isnan(read.numbers[counts][:, self.indicated]).any(axis=0),
            categories=tuple(categories.only(np.unique(found)) for categories, found in pairs),
            scale=make_scale(read.numbers, weight),
        )

    def finish(self, read: Columns, dtype: np.dtype) -> Columns:
        """Return rows as a network reads them: scaled numbers, indicators, and known codes."""
        assert self.scale is not None
        n_numbers = self.n_numbers
        numbers = np.empty((len(read.numbers), n_numbers + len(self.indicated)), dtype)
        self.scale.write(read.numbers, numbers[:, :n_numbers])
        numbers[:, n_numbers:] = np.isnan(read.numbers[:, self.indicated]) & self.seen
        codes = read.codes.copy()
        for column, categories in zip(codes.T, self.categories, strict=True):
            column[np.isin(column, list(categories.absent))] = MISSING
        return Columns(numbers, codes, self.n_categories)

    def _read(self, columns: Sequence[Column], numbers: np.ndarray, owner: str) -> Columns:
        chosen = list(compress(columns, self.is_categorical))
        codes = np.empty((len(numbers), len(chosen)), np.int32)
        for place, (column, categories) in enumerate(zip(chosen, self.categories, strict=True)):
            codes[:, place] = categories.codes(column, owner)
        return Columns(numbers, codes, self.n_categories)


def learn_table(
    columns: Sequence[Column], is_categorical: np.ndarray, owner: str
) -> tuple[TableCode, Columns]:
    """Return what the columns of a table say, and its rows as `TableCode.read` returns them.

    It decides the shape of the network: categories, and which numbers are missing in some row. What
    of that is known follows from the rows to train on, see `TableCode.learn`.
    """
    numbers = read_numbers(columns, is_categorical, owner)
    chosen = list(compress(columns, is_categorical))
    categories = tuple(Categories.of(column) for column in chosen)
    missing = np.isnan(numbers)
    indicated = np.flatnonzero(missing.any(axis=0) & ~missing.all(axis=0))
    code = TableCode(is_categorical, categories, indicated)
    for column, found in zip(chosen, categories, strict=True):
        if len(found.values) > max(_FEW, len(numbers) / 2):
            warn_user(
                f"{owner}: X, in {column.place}, has {len(found.values)} categories in"
                f" {len(numbers)} rows, most of them once; if they identify rows, leave the column"
                " out, or name only others in categorical_features"
            )
    return code, code._read(columns, numbers, owner)


def read_numbers(
    columns: Sequence[Column], is_categorical: np.ndarray, owner: str
) -> np.ndarray:
    """Return the columns that are not categorical, (n_samples, n_numbers), with NaN.

    They are float32 if all columns are, else float64.

    Raises
    ------
    ValueError
        For text and infinite numbers.
    """
    chosen = list(compress(columns, ~is_categorical))
    single = chosen and all(column.is_float32 for column in chosen)
    dtype = np.float32 if single else np.float64
    numbers = np.empty((len(columns[0].values), len(chosen)), dtype)
    for place, column in enumerate(chosen):
        numbers[:, place] = column.numbers()
    infinite = np.flatnonzero(np.isinf(numbers).any(axis=0))
    if len(infinite):
        places = listed([chosen[j].place for j in infinite])
        raise ValueError(
            f"{owner}: X has infinity, or a number too large for float64, in {places}; make it NaN,"
            " which is taken as missing, or leave the rows out"
        )
    return numbers


def categorical_columns(given: Any, columns: Sequence[Column], names: Any) -> np.ndarray:
    """Return which columns are categorical, for the parameter `categorical_features`.

    Parameters
    ----------
    given : {"from_dtype"}, None, or array-like of bool, int or str
        With "from_dtype" those of a dtype of categories, and those of text.
    columns : sequence of Column
    names : sequence of str or None
        Of the columns, where a data frame has any.

    Returns
    -------
    ndarray of shape (n_features,), bool

    Raises
    ------
    ValueError
        For names, places or a mask that do not fit the columns.
    """
    if given is None:
        return np.zeros(len(columns), bool)
    if isinstance(given, str):
        return np.array([_is_category(column) for column in columns], bool)
    chosen = np.asarray(given)
    if chosen.ndim != 1:
        raise ValueError(
            f"categorical_features={given!r} must be a list of names, indices or booleans, of one"
            " dimension"
        )
    if not chosen.size:
        return np.zeros(len(columns), bool)
    if chosen.dtype.kind == "b":
        if chosen.shape != (len(columns),):
            raise ValueError(
                "categorical_features set as a boolean mask must have shape (n_features,), which is"
                f" ({len(columns)},), got: {chosen.shape}"
            )
        return chosen
    places = chosen.tolist()
    if chosen.dtype.kind not in "iu":
        places = _places_of(places, names)
    wrong = [j for j in places if not 0 <= j < len(columns)]
    if wrong:
        raise ValueError(
            f"categorical_features names column {wrong[0]}, but indices must be in"
            f" [0, {len(columns) - 1}]"
        )
    mask = np.zeros(len(columns), bool)
    mask[places] = True
    return mask


def _places_of(chosen: list, names: Any) -> list[int]:
    """Return the places of columns by their names."""
    types = {type(name).__name__ for name in chosen if not isinstance(name, str)}
    if types:
        raise ValueError(
            "categorical_features must be an array-like of bool, int or str, got:"
            f" {', '.join(sorted(types))}"
        )
    if names is None:
        raise ValueError(
            f"categorical_features={listed(chosen)} are names, but X has none; pass indices, a"
            " mask, or a data frame"
        )
    names = list(names)
    unknown = [name for name in chosen if name not in names]
    if unknown:
        raise ValueError(
            f"categorical_features names {unknown[0]!r}, which is not a column of X; its columns:"
            f" {listed(names, 20)}"
        )
    return [names.index(name) for name in chosen]


def _is_category(column: Column) -> bool:
    if column.says_category:
        return True
    kind = column.kind()
    if kind not in (TEXT, NUMBERS):
        raise unfit(column, kind, column.objects())
    return kind == TEXT

