"""This library on series."""

from __future__ import annotations

import warnings

from asv_benchmarks.workloads.series import SeriesWorkload, make_series


class ScikitNeuralSeries:
    """`RecurrentClassifier` on float32 series."""

    def __init__(self, workload: SeriesWorkload, threads: int):
        from skneural import RecurrentClassifier

        (self.X, self.y), self.note = make_series(workload), ""
        self.batch_size = workload.batch_size
        self.estimator = RecurrentClassifier(
            workload.cell, workload.hidden,
            batch_size=32 if workload.predicts else workload.batch_size, tol=0.0,
            n_iter_no_change=1_000_000, random_state=0, n_jobs=1 if threads == 1 else None,
        )
        if workload.predicts:
            self.fit(1)

    def fit(self, epochs: int) -> None:
        """Train from scratch for a number of epochs."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # ConvergenceWarning: too few epochs on purpose
            self.estimator.set_params(max_iter=epochs).fit(self.X, self.y)

    def predict(self, passes: int) -> None:
        """Predict the classes of all series, so many times."""
        for _ in range(passes):
            for begin in range(0, len(self.X), self.batch_size):
                self.estimator.predict(self.X[begin : begin + self.batch_size])
