"""The tables, and how a seed splits each into training and test rows."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from asv_benchmarks.accuracy.real_data import load_images

CLASSES = ("adult", "bank", "covertype")
NUMBERS = ("california", "abalone", "wine")
WHOLE = "adult-full"  # the whole published training part; its seeds are of the model alone
TABLES = (*CLASSES, *NUMBERS, WHOLE)
PUBLISHED = ("adult", "covertype")  # with a test part of its own
MOST_TEST_ROWS = 10_000
TRAINED = 0.8  # of a table without a test part, at most


class Split(NamedTuple):
    """Training rows and test rows.

    Attributes
    ----------
    X, X_test : DataFrame
        As loaded.
    y, y_test : ndarray
    """

    X: pd.DataFrame
    y: np.ndarray
    X_test: pd.DataFrame
    y_test: np.ndarray


def is_regression(table: str) -> bool:
    """Whether a table's target is a number."""
    return table in NUMBERS


@cache
def load(table: str) -> tuple[Any, ...]:
    """Read a table: frame and target, of the training and of the test part where it has both."""
    if table == "adult":
        X, y, X_test, y_test = load_images("adult", as_frame=True)
        return X, y, X_test, y_test
    if table == "covertype":
        X, y, X_test, y_test = load_images("covertype")
        return pd.DataFrame(X), y, pd.DataFrame(X_test), y_test
    if table == "wine":
        X, y = load_images("wine_quality", color="white")
        return pd.DataFrame(X), y.astype(float)
    if table == "abalone":
        X, y = load_images("abalone", as_frame=True)
        return X, y.astype(float)
    name = {"california": "california_housing", "bank": "bank_marketing"}[table]
    return load_images(name, as_frame=True)


def split(table: str, seed: int, rows: int) -> Split:
    """Draw the training rows of a seed.

    Parameters
    ----------
    table : str
        One of `TABLES`.
    seed : int
    rows : int
        Training rows, at most. A published test part is the test part; from another table at most
        four fifths are for training, and 10,000 of the others for the test.

    Returns
    -------
    Split
    """
    if table == WHOLE:
        return Split(*load("adult"))
    if table in PUBLISHED:
        X, y, X_test, y_test = load(table)
        drawn = np.random.RandomState(seed).permutation(len(X))[:rows]
        return Split(X.iloc[drawn].reset_index(drop=True), y[drawn], X_test, y_test)
    X, y = load(table)
    n_train = min(rows, int(TRAINED * len(y)))
    n_test = min(MOST_TEST_ROWS, len(y) - n_train)
    return part(X, y, n_train, n_test, seed)


def part(X: pd.DataFrame, y: np.ndarray, n_train: int, n_test: int, seed: int) -> Split:
    """Draw so many rows of each kind."""
    train, test = train_test_split(
        np.arange(len(y)), train_size=n_train, test_size=n_test, random_state=seed
    )
    frames = (X.iloc[rows].reset_index(drop=True) for rows in (train, test))
    return Split(next(frames), y[train], next(frames), y[test])
