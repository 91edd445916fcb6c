"""How a network is trained: parameters, and the optimizer, schedule and loss they stand for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from .._user_warnings import warn_user
from ..augmentation import Augmentation
from ..optimizers import get_optimizer
from ..schedules import InverseScaling, Schedule, Scheduled, get_schedule

_MOMENTS = {"beta_1": "beta_1", "beta_2": "beta_2", "epsilon": "epsilon"}
_SHARED = {
    "sgd": {"momentum": "momentum", "nesterov": "nesterovs_momentum"},
    "adam": _MOMENTS,
    "adamw": _MOMENTS,
    "nadam": _MOMENTS,
}

_ROWS_TO_HOLD_BACK = 100  # fewer have too few to judge by, where `early_stopping` is "auto"
_LARGEST_POWER = 1023  # of 2 in float64, the least number of rows plus one


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Parameters of training, by the names they have in the estimators; those not listed here.

    Parameters
    ----------
    owner : str
        The estimator's name, for messages.
    scored : bool
        Whether a scorer of the user's judges the validation rows.
    augmentation : sequence of Augmentation
    even : bool
        Whether rows are spread evenly over the batches, which memory then bounds; otherwise all
        batches but the last are full, as in scikit-learn.
    auto_rows : int
        Rows of a batch where `batch_size` is "auto" and there are as many.
    whole_course : bool
        Whether `max_iter` epochs are the intended length of training.
    recipe : callable or None
        ``recipe(settings, n_samples, most_rows)`` gives the values of parameters that were left
        at their defaults, by name; see `on`.
    at_default : frozenset of str
        The parameters that were left at their defaults.
    """

    owner: str
    loss: Any
    solver: Any = "adam"
    alpha: float = 0.0001
    batch_size: Any = "auto"
    learning_rate: Any = "constant"
    learning_rate_init: float = 0.001
    power_t: float = 0.5
    max_iter: int = 200
    shuffle: bool = True
    tol: float = 1e-4
    verbose: Any = False
    momentum: float = 0.9
    nesterovs_momentum: bool = True
    early_stopping: bool | str = False
    validation_fraction: float = 0.1
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    n_iter_no_change: float = 10
    max_fun: int = 15000
    label_smoothing: float = 0.0
    weight_decay: float | Scheduled | None = None
    max_grad_norm: float | None = None
    restore_best_weights: bool | str = True
    target_loss: float | None = None
    max_time: float | None = None
    n_jobs: int | None = None
    scored: bool = False
    augmentation: Sequence[Augmentation] = ()
    even: bool = True
    auto_rows: int = 200
    whole_course: bool = False
    recipe: Callable[[Settings, int, int | None], dict[str, Any]] | None = None
    at_default: frozenset[str] = frozenset()

    def on(self, n_samples: int, most_rows: int | None = None) -> Settings:
        """Return the settings for training on some rows.

        ``most_rows`` are those of a batch, once it is known what a row takes in memory.
        """
        if self.recipe is None:
            return self
        values = self.recipe(self, n_samples, most_rows)
        values = {name: value for name, value in values.items() if name in self.at_default}
        planned = self.whole_course or "n_iter_no_change" in values
        return replace(self, **values, whole_course=planned)

    def decided(self, n_samples: int, given: bool, once: bool) -> Settings:
        """Return the settings with `early_stopping` "auto" decided.

        Parameters
        ----------
        n_samples : int
            Rows to train on, and to hold back if need be.
        given : bool
            Whether there are validation rows already.
        once : bool
            Whether training is a single epoch.
        """
        if self.early_stopping != "auto":
            return self
        stops = not once and (given or n_samples >= _ROWS_TO_HOLD_BACK)
        return replace(self, early_stopping=stops)

    @property
    def is_lbfgs(self) -> bool:
        """Whether SciPy's L-BFGS trains."""
        return isinstance(self.solver, str) and self.solver == "lbfgs"

    @property
    def stops_early(self) -> bool:
        """Whether the end of training depends on validation rows."""
        return bool(self.early_stopping) and not self.is_lbfgs

    def rows_of_a_batch(self, n_samples: int) -> int:
        """Return the most rows of a batch; a network's memory may bound it further."""
        if self.is_lbfgs:
            return n_samples
        if self.batch_size == "auto":
            return min(self.auto_rows, n_samples)
        if self.batch_size > n_samples:
            warn_user(
                "Got `batch_size` less than 1 or larger than sample size. It is going to be"
                f" clipped ({self.owner}: batch_size={self.batch_size}, {n_samples} samples)"
            )
        return min(int(self.batch_size), n_samples)


_NO_PARAMETERS = {
    "owner", "scored", "augmentation", "even", "auto_rows", "whole_course", "recipe",
    "at_default",
}
_PARAMETERS = [f.name for f in fields(Settings) if f.name not in _NO_PARAMETERS]


def settings_from(parameters: Any, **more: Any) -> Settings:
    """Return the settings that an object has as attributes, and ``more`` that it has not."""
    found = {name: getattr(parameters, name) for name in _PARAMETERS if hasattr(parameters, name)}
    return Settings(**(found | more))


def make_optimizer(settings: Settings) -> Any:
    """Return the optimizer; solvers known by name take scikit-learn's parameters for them."""
    solver = settings.solver
    if settings.is_lbfgs:
        return None
    optimizer = get_optimizer(solver, settings.owner)
    shared = _SHARED.get(solver, {}) if isinstance(solver, str) else {}
    return optimizer.set_params(**{name: getattr(settings, its) for name, its in shared.items()})


def make_schedule(settings: Settings) -> Schedule:
    """Return the schedule of the learning rate."""
    if settings.learning_rate == "invscaling":
        if settings.power_t > _LARGEST_POWER:
            raise ValueError(
                f"{settings.owner}: power_t={settings.power_t:g} would leave no learning rate"
                f" after the first epoch of learning_rate='invscaling'; it can be {_LARGEST_POWER}"
                " at most"
            )
        return InverseScaling(power_t=settings.power_t)
    return get_schedule(settings.learning_rate, settings.owner)
