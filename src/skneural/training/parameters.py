"""What the shared parameters may be."""

from numbers import Integral, Real

import numpy as np
from sklearn.metrics import get_scorer_names
from sklearn.utils._param_validation import Interval, Options, StrOptions

from ..initializers import Initializer
from ..optimizers import Optimizer
from ..schedules import Schedule

_NON_NEGATIVE = [Interval(Real, 0, None, closed="left")]
_POSITIVE = [Interval(Real, 0, None, closed="neither")]
_COUNT = [Interval(Integral, 1, None, closed="left")]
_SHARE = [Interval(Real, 0, 1, closed="left")]

TRAINING_CONSTRAINTS: dict = {
    "solver": [StrOptions(Optimizer.registry.keys()), StrOptions({"lbfgs"}), Optimizer],
    "alpha": _NON_NEGATIVE,
    "batch_size": [StrOptions({"auto"}), *_COUNT],
    "learning_rate": [StrOptions(Schedule.registry.keys()), Schedule],
    "learning_rate_init": _POSITIVE,
    "power_t": _NON_NEGATIVE,
    "max_iter": _COUNT,
    "shuffle": ["boolean"],
    "random_state": ["random_state"],
    "tol": _NON_NEGATIVE,
    "verbose": ["verbose"],
    "warm_start": ["boolean"],
    "momentum": [Interval(Real, 0, 1, closed="both")],
    "nesterovs_momentum": ["boolean"],
    "early_stopping": ["boolean"],
    "validation_fraction": _SHARE,
    "beta_1": _SHARE,
    "beta_2": _SHARE,
    "epsilon": _POSITIVE,
    "n_iter_no_change": [*_COUNT, Options(Real, {np.inf})],
    "max_fun": _COUNT,
    "weight_decay": [*_NON_NEGATIVE, None],
    "max_grad_norm": [*_POSITIVE, None],
    "initializer": [StrOptions(Initializer.registry.keys()), Initializer],
    "scoring": [StrOptions(set(get_scorer_names())), callable, None],
    "restore_best_weights": ["boolean"],
    "target_loss": [Interval(Real, None, None, closed="neither"), None],
    "max_time": [*_POSITIVE, None],
    "dtype": [StrOptions({"float32", "float64"}), None],
    "n_jobs": [*_COUNT, Interval(Integral, None, -1, closed="right"), None],
}
