"""The times of a series: the index of pandas data, its gaps, and the steps that follow it."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._user_warnings import warn_user
from ._plain import plain_step, plain_time, step_of, time_of

_TIMES = ("DatetimeIndex", "TimedeltaIndex", "PeriodIndex")
_NUMBERS = "numbers"
_LONG = 1.5  # medians of the distances of dates: months differ by less, a missing one by more


def index_of(values: Any) -> Any:
    """Return the index of pandas data if it holds times or numbers, else None."""
    index: Any = getattr(values, "index", None)
    if not hasattr(index, "is_monotonic_increasing"):
        return None
    return index if _has_times(index) or index.dtype.kind in "iuf" else None


def check_order(values: Any, what: str) -> None:
    """Raise a ValueError if a pandas index of times or numbers is unsorted or has duplicates."""
    index = index_of(values)
    if index is None:
        return
    if not index.is_unique:
        raise ValueError(
            f"{what} has {index[index.duplicated()][0]} more than once in its index; a series has"
            " one value a step: take their mean by groupby(level=0).mean(), or reset_index"
            "(drop=True) if the rows are in the order of time"
        )
    if not index.is_monotonic_increasing:
        place = next(i for i in range(1, len(index)) if not index[i] > index[i - 1])
        raise ValueError(
            f"{what} is not in the order of its index: {index[place]} follows {index[place - 1]};"
            " sort it by sort_index()"
        )


def warn_of_gaps(y: Any, owner: str) -> None:
    """Warn if a step is missing in a pandas index of times or whole numbers."""
    index = index_of(y)
    if index is None or index.dtype.kind == "f":
        return
    if len(gaps := _gaps(index)):
        place = gaps[0]
        warn_user(
            f"{owner}: y has gaps in its index, {index[place + 1]} follows {index[place]}, but its"
            " values count as successive. A splitter that shuffles leaves such gaps, and scores"
            " then leak: use TimeSeriesSplit; fill other gaps, as by asfreq and interpolate of"
            " pandas, or leave them out of the index by reset_index(drop=True)"
        )


def check_same_times(y: Any, exog: Any, owner: str) -> None:
    """Raise a ValueError if y and exog are equally long and their indices differ."""
    ours, theirs = index_of(y), index_of(exog)
    if ours is None or theirs is None or len(ours) != len(theirs):
        return
    if _has_times(ours) != _has_times(theirs):
        return
    _check_same_kind(_kind(theirs), _kind(ours), f"{owner}: exog", "y")
    for place, (expected, found) in enumerate(zip(ours, theirs, strict=True)):
        if expected != found:
            raise ValueError(
                f"{owner}: row {place} of exog is of {found}, y[{place}] of {expected}; align them:"
                " exog.reindex(y.index), or leave both without an index: reset_index(drop=True)"
            )


@dataclass(frozen=True)
class Clock:
    """The end of a series in time.

    Parameters
    ----------
    last : object
        Time or number of the last value.
    kind : str
        Of the index.
    step : object or None
        From a value to the next: a number, or a frequency of pandas; None if it is unknown.
    owner : str
        The forecaster's name, for errors.
    """

    last: Any
    kind: str
    step: Any
    owner: str

    @classmethod
    def of(cls, owner: str, *data: Any) -> Clock | None:
        """Return that of the first data with an index of times or whole numbers, or None."""
        for index in map(index_of, data):
            if index is not None and index.dtype.kind != "f" and len(index):
                return cls(index[-1], _kind(index), _step(index), owner)
        return None

    @property
    def _is_of_times(self) -> bool:
        return self.kind != _NUMBERS

    def __getstate__(self) -> dict[str, Any]:
        return {
            "last": plain_time(self.last), "kind": self.kind, "step": plain_step(self.step),
            "owner": self.owner,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(
            state, last=time_of(state["last"]), step=step_of(state["step"])
        )

    def following(self, n: int) -> list[Any] | None:
        """Return the next n times or numbers, None if the step is unknown."""
        if self.step is None:
            return None
        if not self._is_of_times:
            return [self.last + place * self.step for place in range(1, n + 1)]
        import pandas

        ranges = {"Period": "period_range", "Timedelta": "timedelta_range"}
        make = getattr(pandas, ranges.get(type(self.last).__name__, "date_range"))
        return list(make(start=self.last, periods=n + 1, freq=self.step)[1:])

    def check_rows(self, exog: Any, first: int, n: int) -> None:
        """Raise a ValueError unless n rows of exog from `first` on are of the steps that follow.

        Numbers from 0 on are no times: data frames get them unasked.
        """
        index = index_of(exog)
        if index is None or _has_times(index) != self._is_of_times:
            return
        index = index[first : first + n]
        if not _has_times(index) and index[0] == 0:
            return
        _check_same_kind(_kind(index), self.kind, f"{self.owner}: exog", "the series")
        last, found = self.last, list(index)
        expected = self.following(n)
        if expected is None:
            if found[0] <= last:
                raise ValueError(
                    f"{self.owner}: exog begins at {found[0]}, the series ends at {last}; give the"
                    " rows of the steps after it"
                )
            return
        for place, (wanted, given) in enumerate(zip(expected, found, strict=True)):
            if wanted != given:
                unless = "" if _has_times(index) else ", or leave the index out by reset_index"
                raise ValueError(
                    f"{self.owner}: row {first + place} of exog is of {given}, expected {wanted}:"
                    f" the series ends at {last}; give the rows of the steps right after it{unless}"
                )

    def check_later(self, y: Any) -> None:
        """Raise a ValueError if held-out values begin too early, and warn if there is a gap."""
        index = index_of(y)
        if index is None or not len(index) or _has_times(index) != self._is_of_times:
            return
        _check_same_kind(_kind(index), self.kind, f"{self.owner}: y", "the fitted series")
        last, first = self.last, index[0]
        if first <= last and _has_times(index):
            raise ValueError(
                f"{self.owner}: y begins at {first}, the fitted series ends at"
                f" {last}; held-out values follow it: split by a TimeSeriesSplit, or"
                " forecast from another series by predict(y=...)"
            )
        expected = self.following(1)
        if expected is not None and first > expected[0]:
            warn_user(
                f"{self.owner}: y begins at {first}, the fitted series ends at {last}: steps from"
                f" {expected[0]} on are missing, but the values count as successive. Give the"
                " values from there on; forecast_score takes those in the gap of a splitter"
            )


def _has_times(index: Any) -> bool:
    return type(index).__name__ in _TIMES


def _check_same_kind(found: str, expected: str, what: str, other: str) -> None:
    """Raise a ValueError if two indices of times cannot be compared."""
    if found != expected:
        raise ValueError(
            f"{what} has {found} as index, {other} has {expected}; convert one of them, as by"
            " tz_localize, tz_convert or to_timestamp of pandas"
        )


def _kind(index: Any) -> str:
    if not _has_times(index):
        return _NUMBERS
    name = type(index).__name__
    if name == "DatetimeIndex":
        return "times without a time zone" if index.tz is None else "times with a time zone"
    return f"periods of {index.freqstr}" if name == "PeriodIndex" else "time differences"


def _step(index: Any) -> Any:
    """Return the distance of successive times or numbers, None unless they are equally far."""
    if type(index).__name__ == "PeriodIndex":
        return index.freq
    if _has_times(index):
        return index.freq if index.freq is not None else _inferred(index)
    steps = np.unique(np.diff(index.to_numpy()))
    return int(steps[0]) if len(steps) == 1 else None


def _inferred(index: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pandas, that it will return an object
        return index.inferred_freq if len(index) > 2 else None


def _gaps(index: Any) -> np.ndarray:
    """Return the places before the gaps of an index."""
    if len(index) < 3 or _has_times(index) and _is_regular(index):
        return np.empty(0, int)
    if not _has_times(index):
        steps = np.diff(index.to_numpy())
        return np.flatnonzero(steps != steps.min())
    if type(index).__name__ == "PeriodIndex":
        return np.flatnonzero(np.diff(index.asi8) != 1)
    if type(index).__name__ == "DatetimeIndex":
        days = index.tz_localize(None).to_numpy().astype("datetime64[D]")
        if (np.diff(days).astype(int) > 0).all() and np.is_busday(days).all():
            return np.flatnonzero(np.busday_count(days[:-1], days[1:]) > 1)
    steps = np.diff(index.asi8)
    return np.flatnonzero(steps > _LONG * np.median(steps))


def _is_regular(index: Any) -> bool:
    return type(index).__name__ != "PeriodIndex" and _step(index) is not None
