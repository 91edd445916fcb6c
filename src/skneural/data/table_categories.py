"""The categories of a column of a table, and their codes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .._naming import listed
from .._user_warnings import warn_user
from .table_columns import MIXED, NUMBERS, OTHER, TEXT, Column, kind_of, unfit

MISSING = 0  # the code of what is missing or unknown


@dataclass(frozen=True)
class Categories:
    """The categories of a column: the first has the code 1, and 0 is missing or unknown.

    Values that are equal in Python are one category, so 3, 3.0 and numpy.int8(3) are; the text
    "3" is another.

    Parameters
    ----------
    values : tuple
        In sorted order.
    absent : frozenset of int, default=frozenset()
        Codes whose categories count as unknown.
    """

    values: tuple
    absent: frozenset[int] = frozenset()

    @classmethod
    def of(cls, column: Column) -> Categories:
        """Return the categories that occur in a column.

        Raises
        ------
        ValueError
            For text mixed with other values.
        TypeError
            For values that are neither text nor numbers and have no order or no hash.
        """
        try:
            distinct, _ = column.coded
            return cls(tuple(_plain(value) for value in sorted(distinct)))
        except TypeError:
            objects = column.objects()
            kind = MIXED if kind_of(objects) == MIXED else OTHER
            raise unfit(column, kind, objects) from None

    @property
    def n_codes(self) -> int:
        """Number of codes, that of missing values included; at least two."""
        return max(len(self.values), 1) + 1

    def codes(self, column: Column, owner: str) -> np.ndarray:
        """Return the code of each value of a column, shape (n_samples,), dtype int32.

        Text that spells a category that is a number counts as it, and a number as the text that
        spells it; a warning says so.
        """
        try:
            distinct, places = column.coded
        except TypeError:
            raise unfit(column, OTHER, column.objects()) from None
        found = [self._known.get(value, MISSING) for value in distinct]
        kind, other = _kinds(self.values)
        if other is not None:
            odd = [v for v, code in zip(distinct, found, strict=True) if not code and other(v)]
            if odd:
                self._warn(column, kind, odd, owner)
                spelled = _spelled(self._known, odd)
                found = [c or spelled.get(v, 0) for v, c in zip(distinct, found, strict=True)]
        elif self.values and len(distinct) and not any(found):
            self._warn_of_type(column, distinct[0], owner)
        return np.array([*found, MISSING], np.int32)[places]

    @cached_property
    def _known(self) -> dict[Any, int]:
        """The code of each value."""
        return {value: c for c, value in enumerate(self.values, 1) if c not in self.absent}

    def __getstate__(self) -> dict[str, Any]:
        return {"values": self.values, "absent": self.absent}

    def only(self, codes: np.ndarray) -> Categories:
        """Return categories of which those that are not among some codes are unknown."""
        return Categories(self.values, frozenset(range(1, self.n_codes)) - set(codes.tolist()))

    def _warn_of_type(self, column: Column, value: Any, owner: str) -> None:
        """Warn of values that are of no type of the categories."""
        if not isinstance(value, tuple({type(known) for known in self.values})):
            warn_user(
                f"{owner}: X, in {column.place}, holds {value!r} of type {type(value).__name__},"
                f" but the categories that fit has seen are {listed(self.values, 5)} of type"
                f" {type(self.values[0]).__name__}; all count as unknown. Give the column the type"
                " it had in fit"
            )

    def _warn(self, column: Column, kind: str, odd: Sequence, owner: str) -> None:
        to = "float" if kind == NUMBERS else "str"
        warn_user(
            f"{owner}: X, in {column.place}, holds {odd[0]!r} of type {type(odd[0]).__name__}, but"
            f" the categories that fit has seen are {kind}, {listed(self.values, 5)}; what spells"
            " one of them counts as it, all else as unknown. Convert the column by"
            f" {column.code}.astype({to})"
        )


def _kinds(values: tuple) -> tuple[str, Callable[[Any], bool] | None]:
    """Return of which kind categories are, and what tests a value for being of the other."""
    kind = kind_of(values) if values else OTHER
    if kind == NUMBERS:
        return kind, lambda value: isinstance(value, str)
    if kind == TEXT:
        return kind, lambda value: kind_of([value]) == NUMBERS
    return kind, None


def _spelled(known: dict[Any, int], odd: Sequence) -> dict[Any, int]:
    """Return the codes of text that spells known numbers, or of numbers that known text spells.

    Where several known values have the same number, only the one spelled alike counts.
    """
    by_number: dict[Any, set[int]] = {}
    for value, code in known.items():
        by_number.setdefault(_number(value), set()).add(code)
    found: dict[Any, int] = {}
    for value in odd:
        codes = by_number.get(_number(value), {MISSING})
        alike = known.get(str(value), MISSING)
        found[value] = alike or (min(codes) if len(codes) == 1 else MISSING)
    return found


def _number(value: Any) -> Any:
    """Return the number that a value is or spells; None if it spells none."""
    if not isinstance(value, str):
        return value
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            pass
    return {"true": True, "false": False}.get(value.strip().lower())


def _plain(value: Any) -> Any:
    """Return a scalar of NumPy as one of Python."""
    return value.item() if isinstance(value, np.generic) else value
