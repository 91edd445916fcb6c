"""The parameters of a search, apart from the estimator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

N_TERMS = {"linear": 3, "bilinear": 4, "quadratic": 6}
CRITERIA = ("regularity", "unbiasedness", "cross_validation", "aic")
_LAYERS = 5  # where max_layers is None


@dataclass(frozen=True)
class Settings:
    """The parameters of a search, as `GMDHRegressor` has them, and the estimator's name."""

    neuron: str
    algorithm: str
    criterion: str
    max_layers: int | None
    n_best: int | None
    keep_inputs: bool
    validation_fraction: float
    alpha: float
    tol: float
    n_jobs: int | None
    owner: str

    @classmethod
    def of(cls, estimator: Any) -> Settings:
        """Return those of an estimator."""
        names = [name for name in cls.__dataclass_fields__ if name != "owner"]
        given = {name: getattr(estimator, name) for name in names}
        return cls(owner=type(estimator).__name__, **given)

    @property
    def code(self) -> int:
        """The criterion's number in kernels."""
        return CRITERIA.index(self.criterion)

    @property
    def by_terms(self) -> bool:
        """Whether the model is a linear combination of terms."""
        return self.algorithm == "combinatorial"

    def count_terms(self, n_inputs: int) -> int:
        """Return how many terms of all inputs there are, the constant excepted."""
        n_products = {"linear": 0, "bilinear": n_inputs - 1, "quadratic": n_inputs + 1}
        return n_inputs + n_inputs * n_products[self.neuron] // 2

    def count_coefficients(self, n_inputs: int) -> int:
        """Return how many coefficients are fitted at once to begin with."""
        if self.by_terms:
            return 2
        of_one = 3 if self.neuron == "quadratic" else 2
        return of_one if n_inputs == 1 else N_TERMS[self.neuron]

    def most_rounds(self, n_inputs: int) -> int:
        """Return how many layers, or terms, there may be."""
        if self.max_layers is not None:
            return self.max_layers
        return self.count_terms(n_inputs) if self.by_terms else _LAYERS
