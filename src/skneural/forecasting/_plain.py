"""The state of a forecaster as plain values, times and frequencies of pandas too."""

from __future__ import annotations

from typing import Any

from sklearn.base import BaseEstimator

from .._plain_state import items_of, plain_items


class PlainForecaster(BaseEstimator):
    """A forecaster whose state has no private classes."""

    _has_plain_state = True

    def __getstate__(self) -> dict[str, Any]:
        return plain_items(super().__getstate__())

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(items_of(state))


def plain_time(time: Any) -> Any:
    """Return a time, period or time difference of pandas as a tuple; else what is given."""
    name = type(time).__name__
    if name == "Timestamp":
        return name, int(time.asm8.astype("int64")), time.unit, time.tz and str(time.tz)
    if name == "Timedelta":
        return name, int(time.asm8.astype("int64")), time.unit
    if name == "Period":
        return name, time.ordinal, time.freqstr
    return time


def time_of(plain: Any) -> Any:
    """Return what `plain_time` was given."""
    if not isinstance(plain, tuple):
        return plain
    import numpy as np
    import pandas

    name, number, unit, *zone = plain
    if name == "Period":
        return pandas.Period(ordinal=number, freq=unit)
    if name == "Timedelta":
        return pandas.Timedelta(np.timedelta64(number, unit))
    time = pandas.Timestamp(np.datetime64(number, unit))
    return time.tz_localize("UTC").tz_convert(zone[0]) if zone[0] else time


def plain_step(step: Any) -> Any:
    """Return a frequency of pandas as a tuple with its name, if that is all there is to it."""
    name = getattr(step, "freqstr", None)
    return step if name is None or step_of((name,)) != step else (name,)


def step_of(plain: Any) -> Any:
    """Return what `plain_step` was given."""
    if not isinstance(plain, tuple):
        return plain
    from pandas.tseries.frequencies import to_offset

    return to_offset(plain[0])
