"""The parameters of training, which every estimator of a network has."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Integral, Real
from typing import Literal

import numpy as np
from sklearn.metrics import get_scorer_names
from sklearn.utils._param_validation import Interval, Options, StrOptions

from .._parameters import parameter, parameter_group
from ..initializers import Initializer
from ..losses import Loss
from ..optimizers import Optimizer
from ..schedules import Schedule, Scheduled

_NON_NEGATIVE = [Interval(Real, 0, None, closed="left")]
_POSITIVE = [Interval(Real, 0, None, closed="neither")]
_COUNT = [Interval(Integral, 1, None, closed="left")]
_SHARE = [Interval(Real, 0, 1, closed="left")]


@parameter_group
class TrainingParameters:
    """Parameters of training, up to `max_fun` in scikit-learn's order; `loss` is a regressor's."""

    solver: str | Optimizer = parameter(
        default="adam",
        constraint=[StrOptions(Optimizer.registry.keys()), StrOptions({"lbfgs"}), Optimizer],
        text="""str or Optimizer
        "lbfgs", "sgd", "adam", "adamw", "nadam", "rmsprop", "adagrad", "adadelta", "lion", or an
        instance from `skneural.optimizers`. "lbfgs" uses all rows at once, through SciPy.""")
    alpha: float = parameter(default=0.0001, constraint=_NON_NEGATIVE, text="""float
        Strength of the L2 penalty on the weights; divided by the number of samples.""")
    batch_size: int | Literal["auto"] = parameter(
        default="auto", constraint=[StrOptions({"auto"}), *_COUNT], text="""int or "auto"
        Largest batch; samples are spread evenly over the batches; "auto" is
        ``min(200, n_samples)``, or fewer if a batch would need more than 1 GiB, but at least
        eight. Not used by "lbfgs".""")
    learning_rate: str | Schedule = parameter(
        default="constant", constraint=[StrOptions(Schedule.registry.keys()), Schedule],
        text="""str or Schedule
        Schedule of the learning rate, for every solver but "lbfgs": "constant", "invscaling",
        "adaptive", "step", "exponential", "cosine", "flat_cos", "coslog", "one_cycle", "warmup",
        or an instance from `skneural.schedules`. "one_cycle" rises to ten times
        `learning_rate_init` before it falls.""")
    learning_rate_init: float = parameter(default=0.001, constraint=_POSITIVE, text="""float
        The learning rate the schedule starts from.""")
    power_t: float = parameter(default=0.5, constraint=_NON_NEGATIVE, text="""float
        Exponent of the schedule "invscaling".""")
    max_iter: int = parameter(default=200, constraint=_COUNT, text="""int
        Maximum number of epochs; with "lbfgs", of iterations.""")
    shuffle: bool = parameter(default=True, constraint=["boolean"], text="""bool
        Whether to shuffle the samples before each epoch.""")
    random_state: int | np.random.RandomState | None = parameter(
        default=None, constraint=["random_state"], text="""int, RandomState instance or None
        Draws the initial weights, the validation split, the shuffles and dropout. The same seed
        gives the same model as in scikit-learn.""")
    tol: float = parameter(default=0.0001, constraint=_NON_NEGATIVE, text="""float
        Training ends if the loss, or with `early_stopping` the score, has not improved by `tol` for
        `n_iter_no_change` epochs.""")
    verbose: bool | int = parameter(default=False, constraint=["verbose"], text="""bool or int
        2 draws a tqdm bar with the loss and the samples per second; True and any other positive
        number print a line per epoch.""")
    warm_start: bool = parameter(default=False, constraint=["boolean"], text="""bool
        Whether `fit` continues from the last solution.""")
    momentum: float = parameter(
        default=0.9, constraint=[Interval(Real, 0, 1, closed="both")], text="""float in [0, 1]
        Momentum of "sgd".""")
    nesterovs_momentum: bool = parameter(default=True, constraint=["boolean"], text="""bool
        Whether the momentum of "sgd" is Nesterov's.""")
    early_stopping: bool | Literal["auto"] = parameter(
        default=False, constraint=["boolean"], text="""bool
        Whether to judge training by a validation set: ``X_val`` of `fit`, or `validation_fraction`
        of the training data. Not used by "lbfgs".""")
    validation_fraction: float = parameter(default=0.1, constraint=_SHARE, text="""float in [0, 1)
        Share of the training data set aside by `early_stopping`.""")
    beta_1: float = parameter(default=0.9, constraint=_SHARE, text="""float in [0, 1)
        Decay of the mean of gradients in "adam", "adamw" and "nadam".""")
    beta_2: float = parameter(default=0.999, constraint=_SHARE, text="""float in [0, 1)
        Decay of the mean of squared gradients in "adam", "adamw" and "nadam".""")
    epsilon: float = parameter(default=1e-8, constraint=_POSITIVE, text="""float
        Added to the denominator in "adam", "adamw" and "nadam".""")
    n_iter_no_change: float = parameter(
        default=10, constraint=[*_COUNT, Options(Real, {np.inf})], text="""int or inf
        Epochs without an improvement of `tol` after which training ends.""")
    max_fun: int = parameter(default=15000, constraint=_COUNT, text="""int
        Maximum number of evaluations of the loss by "lbfgs".""")
    loss: str | Loss = parameter(
        default="squared_error", constraint=[StrOptions(Loss.names["regression"]), Loss],
        text="""str or Loss
        "squared_error", "poisson" (for y >= 0, predicts through exp), "absolute_error", "huber",
        "quantile", or an instance from `skneural.losses` such as ``Quantile(0.9)``.""")
    weight_decay: float | Scheduled | None = parameter(
        default=None, constraint=[*_NON_NEGATIVE, Scheduled, None],
        text="""float, Scheduled or None
        Decoupled weight decay, times the learning rate, at each update. `None` is the default:
        0.01 for "adamw", 0 for the others. `skneural.schedules.Scheduled` changes it with the
        updates. Not used by "lbfgs", which warns.""")
    max_grad_norm: float | None = parameter(
        default=None, constraint=[*_POSITIVE, None], text="""float or None
        Gradients with a greater global norm are scaled down to it. Not used by "lbfgs", which
        warns.""")
    initializer: str | Initializer = parameter(
        default="sklearn", constraint=[StrOptions(Initializer.registry.keys()), Initializer],
        text="""str or Initializer
        Draws the initial weights: "sklearn", "glorot_uniform", "glorot_normal", "he_uniform",
        "he_normal", "lecun_uniform", "lecun_normal", "orthogonal", "identity",
        "unit_variance", or an instance from `skneural.initializers`.""")
    scoring: str | Callable | None = parameter(
        default=None, constraint=[StrOptions({"loss", *get_scorer_names()}), callable, None],
        text="""str, callable or None
        Score of the validation set; `None` is the method `score`, "loss" minus the loss.""")
    restore_best_weights: bool | Literal["latest"] = parameter(
        default=True, constraint=["boolean", StrOptions({"latest"})], text="""bool or "latest"
        Whether `early_stopping` ends with the weights of the best score, not the last ones: of
        the first epoch that had it, or with "latest" of the latest one.""")
    target_loss: float | None = parameter(
        default=None, constraint=[Interval(Real, None, None, closed="neither"), None],
        text="""float or None
        Training ends when the training loss is at most this.""")
    max_time: float | None = parameter(
        default=None, constraint=[*_POSITIVE, None], text="""float or None
        Training ends after the first epoch that finishes this many seconds after its start.""")
    dtype: str | None = parameter(
        default=None, constraint=[StrOptions({"float32", "float64"}), None],
        text="""{"float32", "float64"} or None
        Precision of the computation; `None` follows X: float32 for float32, else float64.""")
    n_jobs: int | None = parameter(
        default=None, constraint=[*_COUNT, Interval(Integral, None, -1, closed="right"), None],
        text="""int or None
        Threads of one fit; they do not change the result by a bit. `None` is as many as are useful,
        -1 all, -2 all but one, and so on. These keep to the limits of the
        process, set by affinity, by a quota, by `LOKY_MAX_CPU_COUNT`, `OMP_NUM_THREADS` or
        `NUMBA_NUM_THREADS`, or by `threadpool_limits`; they are one thread in a worker process
        of a pool, and share the cores with fits in other threads. A positive number
        overrides all limits.""")
