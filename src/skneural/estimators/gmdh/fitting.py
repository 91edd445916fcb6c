"""The fit: the rows divided, a search for each target, and the attributes after each round."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..base.rounds import Rounds, RoundsData
from .columns import Columns, Standard, standard
from .halves import Part, parts
from .polynomials import Model, TermModel, importances, layered
from .search import Best, LayerSearch
from .settings import Settings
from .subsets import SubsetSearch

_MOST_TERMS = 1000

Search = LayerSearch | SubsetSearch


@dataclass(frozen=True)
class Task:
    """The rows of positive weight, and targets.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    targets : ndarray of shape (n_samples, n_targets)
    code : ndarray of shape (n_samples,) or (n_samples, n_targets)
        What rows are divided by: y, or numbers of classes.
    weight : ndarray of shape (n_samples,)
        Repetitions, as rows are divided by them.
    factor : ndarray of shape (n_samples,)
        Of the weights in sums, by class.
    by_class : bool
        Whether rows of each class are divided by themselves.
    """

    X: np.ndarray
    targets: np.ndarray
    code: np.ndarray
    weight: np.ndarray
    factor: np.ndarray
    by_class: bool

    @classmethod
    def of(
        cls, data: RoundsData, targets: np.ndarray, code: np.ndarray, by_class: bool,
        factor: np.ndarray | None = None,
    ) -> Task:
        """Return the task for the data of a fit."""
        even = np.ones(len(targets))
        weight = even if data.sample_weight is None else data.sample_weight
        factor = even if factor is None else factor
        used = weight * factor > 0
        return cls(
            data.X[used], targets[used], code[used], weight[used], factor[used], by_class
        )

    @property
    def weight_in_sums(self) -> np.ndarray:
        """The weight of each row, times its factor."""
        return self.weight * self.factor

    def parts(self, fraction: float) -> tuple[Part, Part]:
        """Return the two parts of the rows, with their weights in sums."""
        fitted, judged = (
            part._replace(weight=part.weight * self.factor[part.rows])
            for part in parts(self.X, self.code, self.weight, fraction, self.by_class)
        )
        return fitted, judged


class _Target:
    """The search for one target; none if it is constant."""

    def __init__(self, values: np.ndarray, weight: np.ndarray):
        found = standard(values[:, None], weight)
        self.standard = Standard(*(each[0] for each in found))
        self.values = (values - self.standard.mean) / self.standard.scale
        self.constant = float(values[0]) if np.ptp(values) == 0 else None
        self.search: Search | None = None

    @property
    def value(self) -> float:
        """The best criterion so far."""
        return 0.0 if self.search is None else self.search.value

    @property
    def ended(self) -> bool:
        """Whether no further round is of use."""
        return self.search is None or self.search.ended

    def model(self, X: np.ndarray, inputs: Standard) -> Model:
        """Return the best model so far."""
        if self.search is None:
            return TermModel({(): self.constant or 0.0}, np.zeros(X.shape[1]))
        if isinstance(self.search, SubsetSearch):
            return self.search.model(X, inputs, self.standard)
        return layered(self.search.neurons, X, inputs, self.standard)


def search(task: Task, settings: Settings, rounds: Rounds) -> None:
    """Search a model for each target, and end the rounds with the fitted attributes.

    Raises
    ------
    ValueError
        If there are too few rows or too many terms.
    """
    weight = task.weight_in_sums
    targets = [_Target(values, weight) for values in task.targets.T]
    inputs = standard(task.X, weight)
    if any(target.constant is None for target in targets):
        _start(task, settings, rounds, targets, inputs)
    searches = [target.search for target in targets if target.search is not None]
    before = rounds.resumed()
    if before is not None:
        for each, found in zip(searches, before["found"], strict=True):
            for arrays in found:
                each.take(Best.of(arrays))

    def state() -> dict[str, Any]:
        return {"found": [[best.arrays for best in each.found] for each in searches]}

    for _ in rounds:
        for target in targets:
            if target.search is not None and not target.ended:
                target.search.grow()
        models = [target.model(task.X, inputs) for target in targets]
        rounds.end(
            float(np.mean([target.value for target in targets])),
            _attributes(models, task), len(task.X), all(t.ended for t in targets), state,
        )


def _start(
    task: Task, settings: Settings, rounds: Rounds, targets: list[_Target], inputs: Standard
) -> None:
    """Check that there is enough to search, and begin."""
    _check_terms(settings, task.X.shape[1])
    halves = task.parts(settings.validation_fraction)
    rounds.notices += _check_parts(halves, settings, task.X.shape[1])
    # centred products would have more terms
    rows = (task.X - (inputs.offset if settings.by_terms else inputs.mean)) / inputs.scale
    for target in targets:
        if target.constant is None:
            columns = Columns.of(rows, target.values, *halves)
            target.search = (SubsetSearch if settings.by_terms else LayerSearch)(columns, settings)


def _attributes(models: list[Model], task: Task) -> dict[str, Any]:
    layers = [model.layers() for model in models]
    weight = task.weight_in_sums
    shares = np.mean([importances(model, task.X, weight) for model in models], axis=0)
    return {
        "_models": models,
        "_n_features_out": sum(model.n_neurons for model in models),
        "layers_": layers[0] if len(layers) == 1 else layers,
        "n_layers_": max(map(len, layers)),
        "support_": np.any([model.support() for model in models], axis=0),
        "feature_importances_": shares / shares.sum() if shares.any() else shares,
    }


def _check_terms(settings: Settings, n_inputs: int) -> None:
    n_terms = settings.count_terms(n_inputs)
    if settings.by_terms and n_terms > _MOST_TERMS:
        raise ValueError(
            f"{settings.owner}: algorithm='combinatorial' has {n_terms} terms of {n_inputs}"
            f" features, more than {_MOST_TERMS}; select features, use neuron='linear' or"
            " algorithm='multilayer'"
        )


def _check_parts(
    halves: tuple[Part, Part], settings: Settings, n_inputs: int
) -> list[tuple[str, type[Warning]]]:
    """Return what to warn of if a part has fewer rows than coefficients; raise if it has one."""
    sizes, needed = [len(part.rows) for part in halves], settings.count_coefficients(n_inputs)
    n_rows = len(np.unique(np.concatenate([part.rows for part in halves])))
    found = (
        f"{settings.owner}: validation_fraction={settings.validation_fraction} of"
        f" n_samples={n_rows} different rows leaves"
    )
    if min(sizes) < 2:
        raise ValueError(
            f"{found} {sizes[0]} to fit coefficients and {sizes[1]} to judge them; at least 2 of"
            " each are needed"
        )
    if min(sizes) >= needed:
        return []
    return [(
        f"{found} {min(sizes)} for {needed} coefficients, which fit them exactly; give more rows,"
        " or choose a neuron with fewer coefficients (neuron='linear')", UserWarning,
    )]
