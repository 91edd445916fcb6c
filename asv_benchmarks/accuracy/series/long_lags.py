"""The adding problem and the temporal order problem of Hochreiter and Schmidhuber 1997.

Scores are the share of 2,560 new series that are solved. One setting serves both problems and both
cells: the estimators' defaults, but for smaller batches, a rate that falls to zero, and gates that
begin by keeping what the cell has (Jozefowicz, Zaremba and Sutskever 2015). With first biases of 1
for an LSTM and 0 for a GRU, a state of 100 steps ago weighs 1e-14 or less, and with the defaults
neither cell leaves chance on the temporal order problem.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from asv_benchmarks.accuracy.series.contest import TRAINING, Contest, fit_and_score
from skneural import RecurrentClassifier, RecurrentRegressor

SERIES, TESTED = 10_000, 2_560
STEPS, SOLVED = 100, 0.04  # of the adding problem
EPOCHS = {"gru": 20, "lstm": 40}
SETTING: dict[str, Any] = {"batch_size": 16, "learning_rate": "cosine", **TRAINING}
UNITS, KEEPING = 64, 3.0  # the first bias of the gates that keep: a share of 0.95 a step
START, END, FIRST_FILL, FIRST_MARK, SYMBOLS = 0, 1, 2, 6, 8  # of the temporal order problem


class Adder(RecurrentRegressor):
    """A regressor whose score is the share of small errors."""

    def score(self, X, y, sample_weight=None):
        """Return the share of series whose error is below 0.04."""
        return float(np.mean(np.abs(self.predict(X) - y) < SOLVED))


def adding() -> Iterator[Contest]:
    """Experiment 4: the sum of two marked numbers of a hundred."""
    yield from both_cells(f"adding problem, {STEPS} steps", Adder, adding_problem)


def temporal() -> Iterator[Contest]:
    """Experiment 6a: the order of two symbols in 100 to 110 steps."""
    yield from both_cells("temporal order, 100 to 110 steps", RecurrentClassifier, temporal_order)


def both_cells(name: str, estimator: Any, make: Callable) -> Iterator[Contest]:
    """Yield a contest for each cell."""
    for cell, epochs in EPOCHS.items():
        def run(seed: int, cell: str = cell, epochs: int = epochs) -> tuple[float, float]:
            random = np.random.RandomState(seed)
            network = estimator(
                cell, (UNITS,), max_iter=epochs, random_state=seed,
                initial_weights=keeping(cell), **SETTING,
            )
            return fit_and_score(network, *make(SERIES, random), *make(TESTED, random))

        yield Contest(f"{name}, {epochs} epochs", {cell: run}, 0.99, 1.0)


def keeping(cell: str) -> dict[str, dict[str, np.ndarray]]:
    """Return first biases of a cell: of an LSTM's second gate, or of a GRU's first one."""
    if cell == "lstm":
        bias = np.zeros((4, UNITS))
        bias[1] = KEEPING
        return {"lstm_1": {"bias": bias.ravel()}}
    biases = np.zeros((2, 3 * UNITS))  # of inputs and of states
    biases[0, :UNITS] = KEEPING
    return {"gru_1": {"bias": biases}}


def adding_problem(n_series: int, random: np.random.RandomState) -> tuple:
    """Numbers and marks; the target is the sum of the two marked numbers."""
    numbers = random.uniform(size=(n_series, STEPS))
    marks = np.zeros((n_series, STEPS))
    rows = np.arange(n_series)
    for half in (0, STEPS // 2):
        marks[rows, half + random.randint(STEPS // 2, size=n_series)] = 1
    return np.float32(np.stack([numbers, marks], axis=-1)), (numbers * marks).sum(axis=1)


def temporal_order(n_series: int, random: np.random.RandomState) -> tuple:
    """Series of one-hot symbols, 100 to 110 long, and which of X and Y come in which order.

    A series begins with E and ends with B. Between them are a, b, c and d at random, but for X or Y
    at a step from 10 to 20, and again at one from 50 to 60.
    """
    codes, X = np.eye(SYMBOLS, dtype=np.float32), []
    marks = random.randint(2, size=(n_series, 2))
    for pair in marks:
        symbols = random.randint(FIRST_FILL, FIRST_MARK, size=random.randint(100, 111))
        symbols[0], symbols[-1] = START, END
        symbols[[random.randint(10, 21), random.randint(50, 61)]] = FIRST_MARK + pair
        X.append(codes[symbols])
    return X, 2 * marks[:, 0] + marks[:, 1]
