"""This library, pytabkit and TabM's package on tables."""

from __future__ import annotations

import warnings

from asv_benchmarks.workloads.tables import (
    CATEGORIES,
    EMBEDDING_SIZE,
    FREQUENCIES,
    MAX_ONE_HOT,
    N_NUMBERS,
    NUMBER_SIZE,
    WIDTHS,
    TableWorkload,
    make_table,
)


def layers_of(workload: TableWorkload, numbers) -> list:
    """Layers of a workload as this library's, whose statistics are those of the numbers."""
    return realmlp(workload, numbers) if workload.form == "realmlp" else tabm(workload)


def realmlp(workload: TableWorkload, numbers) -> list:
    """RealMLP's network (Holzmüller et al. 2024)."""
    from skneural import layers as ours

    hidden = [
        layer for units in WIDTHS for layer in (
            dense(units),
            ours.ParametricActivation(workload.activation, learning_rate_factor=0.1),
            ours.Dropout(workload.dropout),
        )
    ]  # fmt: skip
    return [
        ours.CategoryEmbedding(CATEGORIES, EMBEDDING_SIZE, MAX_ONE_HOT),
        ours.RobustScale(*ours.robust_statistics(numbers)),
        ours.PeriodicEmbedding(
            FREQUENCIES, NUMBER_SIZE, n_features=N_NUMBERS, learning_rate_factor=0.1
        ),
        ours.FeatureScale(learning_rate_factor=6.0), *hidden, dense(1),
    ]  # fmt: skip


def dense(units: int):
    """A dense layer in NTK parametrization, whose bias learns slowly."""
    from skneural.layers import Dense

    return Dense(
        units, parametrization="ntk", initializer="unit_variance",
        learning_rate_factor={"bias": 0.1},
    )  # fmt: skip


def tabm(workload: TableWorkload) -> list:
    """TabM's network (Gorishniy et al. 2025), or its mini form."""
    from skneural import layers as ours

    k, is_mini = workload.n_members, workload.form == "tabm-mini"
    made: list = [ours.EnsembleScale(k)] if is_mini else []
    for units in WIDTHS:
        made.append(ours.Dense(units, "relu") if is_mini else ours.EnsembleDense(units, k, "relu"))
        made.append(ours.Dropout(workload.dropout))
    return [*made, ours.PackedDense(1, k)]


def estimator_of_table(workload: TableWorkload, numbers):
    """This library's estimator of a workload's network."""
    from skneural import NeuralNetClassifier, NeuralNetRegressor

    kind = NeuralNetRegressor if workload.regression else NeuralNetClassifier
    return kind(
        layers_of(workload, numbers), solver="adamw", learning_rate_init=workload.learning_rate,
        weight_decay=workload.weight_decay, alpha=0.0, beta_2=0.95, tol=0.0, random_state=0,
        n_iter_no_change=1_000_000, batch_size=workload.batch_size,
    )  # fmt: skip


def columns_of(numbers, codes):
    """Numbers and codes as one array, as this library's layers read it."""
    import numpy as np

    return np.column_stack([numbers, codes.astype(np.float32)])


class ScikitNeuralTables:
    """`NeuralNetClassifier` or `NeuralNetRegressor` on float32 rows."""

    def __init__(self, workload: TableWorkload, threads: int):
        numbers, codes, self.y = make_table(workload)
        self.X, self.note = columns_of(numbers, codes), ""
        self.estimator = estimator_of_table(workload, numbers).set_params(
            n_jobs=1 if threads == 1 else None
        )

    def fit(self, epochs: int) -> None:
        """Train from scratch for a number of epochs."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # ConvergenceWarning: too few epochs on purpose
            self.estimator.set_params(max_iter=epochs).fit(self.X, self.y)


class Pytabkit:
    """pytabkit's RealMLP_TD, without validation rows."""

    kinds = ("tables",)

    def __init__(self, workload: TableWorkload, threads: int):
        from asv_benchmarks.peers.contestants import NotApplicable, own_environment

        if workload.form != "realmlp":
            raise NotApplicable("takes part in RealMLP")
        with own_environment("SKNEURAL_TABLES_PYTHON", "pytabkit"):
            import pandas as pd
            from pytabkit import RealMLP_TD_Classifier, RealMLP_TD_Regressor

        numbers, codes, self.y = make_table(workload)
        self.X = pd.DataFrame(numbers, columns=[f"n{j}" for j in range(N_NUMBERS)])
        for j, column in enumerate(codes.T):  # of which missing ones become their code 0
            known = pd.Categorical.from_codes(column - 1, range(CATEGORIES[j] - 1))
            self.X[f"c{j}"] = known
        kind = RealMLP_TD_Regressor if workload.regression else RealMLP_TD_Classifier
        self.estimator = kind(
            device="cpu", random_state=0, n_threads=threads, val_fraction=0.0,
            batch_size=workload.batch_size,
        )  # fmt: skip
        self.note = ""

    def fit(self, epochs: int) -> None:
        """Train from scratch for a number of epochs."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.estimator.set_params(n_epochs=epochs).fit(self.X, self.y)


class TabM:
    """The package of TabM's authors, in a plain loop of PyTorch."""

    kinds = ("tables",)

    def __new__(cls, workload: TableWorkload, threads: int):
        """Make the loop, or say what is missing."""
        from asv_benchmarks.peers.contestants import NotApplicable, own_environment

        if workload.form == "realmlp":
            raise NotApplicable("takes part in TabM")
        with own_environment("SKNEURAL_TABLES_PYTHON", "tabm"):
            from asv_benchmarks.peers.loops.tabm_tables import MembersLoop

        return MembersLoop(workload, threads)
