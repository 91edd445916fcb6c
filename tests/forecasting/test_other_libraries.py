"""The networks as regressors of other forecasting libraries, as the guide shows it."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "forecasting.rst"


def blocks():
    """The page's code that needs other libraries."""
    text = PAGE.read_text(encoding="utf-8")
    found = re.findall(r"\.\. code-block:: py\n\n((?:(?:   .*)?\n)+)", text)
    return [re.sub("^   ", "", block, flags=re.MULTILINE) for block in found]


def test_the_network_is_a_regressor():
    names = {}
    exec(blocks()[0], names)
    X = np.random.RandomState(0).normal(size=(50, 3))
    assert names["network"].fit(X, X.sum(axis=1)).predict(X).shape == (50,)


@pytest.mark.parametrize("library", ["sktime", "skforecast"])
def test_forecasters_of_other_libraries_take_it(library):
    pytest.importorskip(library)
    (block,) = [block for block in blocks() if library in block]
    index = pd.date_range("2020-01-01", periods=120, freq="MS")
    names = {"y": pd.Series(np.sin(np.arange(120) / 2), index)}
    exec(blocks()[0], names)
    *_, last = block.strip().splitlines()
    exec(block.replace(last, f"forecasts = {last}"), names)
    assert len(names["forecasts"]) == 12
