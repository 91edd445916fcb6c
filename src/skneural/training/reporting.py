"""What a fit prints: nothing, a line per epoch, or a bar."""

from __future__ import annotations

import time
from typing import Any

from .._user_warnings import warn_user


class Reporter:
    """Prints nothing: ``verbose=0``."""

    def epoch(self, n_iter: int, loss: float, n_samples: int) -> None:
        """Report the end of an epoch of `n_samples` rows."""

    def validation(self, score: float) -> None:
        """Report the score of the validation set."""

    def figure(self, name: str, value: float) -> None:
        """Report a figure of the epoch that ends, before its end."""

    def message(self, text: str) -> None:
        """Report anything else."""

    def plateau(self, text: str, learning_rate: float | None) -> None:
        """Report a plateau: a lower rate, or with `None` the end of training."""
        after = (
            "Stopping." if learning_rate is None else f"Setting learning rate to {learning_rate:f}"
        )
        self.message(f"{text} {after}")

    def close(self) -> None:
        """Free what the reporter holds."""


class LineReporter(Reporter):
    """Prints scikit-learn's lines: ``verbose=1``."""

    def epoch(self, n_iter: int, loss: float, n_samples: int) -> None:
        print(f"Iteration {n_iter}, loss = {loss:.8f}")

    def validation(self, score: float) -> None:
        print(f"Validation score: {score:f}")

    def message(self, text: str) -> None:
        print(text)


class BarReporter(Reporter):
    """Draws a tqdm bar with the loss and the rate in samples per second: ``verbose=2``."""

    def __init__(self, tqdm: Any, n_epochs: int, owner: str):
        self.bar = tqdm(total=n_epochs, desc=owner, unit="epoch")
        self.values: dict[str, str] = {}
        self.started = time.perf_counter()
        self.samples = 0

    def epoch(self, n_iter: int, loss: float, n_samples: int) -> None:
        self.samples += n_samples
        elapsed = max(time.perf_counter() - self.started, 1e-9)
        self.values["loss"] = f"{loss:.6f}"
        if n_samples:
            self.values["samples/s"] = f"{self.samples / elapsed:,.0f}"
        self.bar.set_postfix(self.values, refresh=False)
        self.bar.update()

    def validation(self, score: float) -> None:
        self.values["validation score"] = f"{score:.4f}"
        self.bar.set_postfix(self.values, refresh=False)

    def figure(self, name: str, value: float) -> None:
        self.values[name] = f"{value:.4f}"

    def message(self, text: str) -> None:
        self.bar.write(text)

    def close(self) -> None:
        self.bar.close()


def make_reporter(verbose: bool | int, n_epochs: int, owner: str) -> Reporter:
    """Return the reporter for `verbose`: 2 is the bar, any other number or True is lines.

    Without tqdm, lines stand for the bar.
    """
    if not verbose:
        return Reporter()
    if verbose != 2:
        return LineReporter()
    try:
        from tqdm.auto import tqdm
    except ImportError:
        warn_user(
            f"{owner}: verbose={verbose} draws a bar with tqdm, which is not installed;"
            " printing lines instead."
        )
        return LineReporter()
    return BarReporter(tqdm, n_epochs, owner)
