"""The parameters of restricted Boltzmann machines."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from ..._parameters import parameter, parameter_group, parameters_of
from ...schedules import Schedule
from ..base.parameters import RoundsParameters

_COUNT = [Interval(Integral, 1, None, closed="left")]
_POSITIVE = [Interval(Real, 0, None, closed="neither")]
_NON_NEGATIVE = [Interval(Real, 0, None, closed="left")]
_INSIDE = Interval(Real, 0, 1, closed="neither")
_OF_ROUNDS: dict[str, Any] = dict(parameters_of(RoundsParameters))


@parameter_group
class RBMParameters:
    """Parameters of restricted Boltzmann machines, the first six in scikit-learn's order."""

    n_components: int = parameter(
        default=256, constraint=_COUNT, kw_only=False, text="""int
        Number of binary hidden units.""")
    learning_rate: float = parameter(default=0.1, constraint=_POSITIVE, text="""float
        The learning rate that the schedule starts from. It is the setting that matters most;
        reasonable values are between 0.1 and 0.001.""")
    batch_size: int = parameter(default=10, constraint=_COUNT, text="""int
        Number of rows in a mini-batch, and of persistent chains.""")
    n_iter: int = parameter(
        default=10, constraint=[Interval(Integral, 0, None, closed="left")], text="""int
        Number of passes over the rows.""")
    verbose: bool | int = _OF_ROUNDS["verbose"]._replace(
        default=0, text="""bool or int
        2 draws a tqdm bar; True and any other positive number print a line per pass, with an
        estimate of the pseudo-likelihood.""")
    random_state: int | np.random.RandomState | None = _OF_ROUNDS["random_state"]
    algorithm: str = parameter(
        default="pcd", constraint=[StrOptions({"pcd", "cd"})], text="""{"pcd", "cd"}
        Whether the chains that the machine's statistics are drawn from go on from batch to batch,
        persistent contrastive divergence, or begin at the rows of each batch.""")
    n_gibbs_steps: int = parameter(default=1, constraint=_COUNT, text="""int
        Steps of Gibbs sampling for each batch.""")
    momentum: float = parameter(
        default=0.0, constraint=[Interval(Real, 0, 1, closed="left")], text="""float in [0, 1)
        Share of the step before that is added to each step.""")
    alpha: float = parameter(default=0.0, constraint=_NON_NEGATIVE, text="""float
        L2 penalty: the share of each weight, times the learning rate, that an update takes
        away.""")
    learning_rate_schedule: str | Schedule = parameter(
        default="constant", constraint=[StrOptions(Schedule.registry.keys()), Schedule],
        text="""str or Schedule
        "constant", "invscaling", "step", "exponential", "cosine", "flat_cos", "coslog",
        "one_cycle", "warmup", or an instance from `skneural.schedules`.""")
    visible_bias_init: str = parameter(
        default="zeros", constraint=[StrOptions({"zeros", "data"})], text="""{"zeros", "data"}
        The first biases of visible units. "data" gives each unit its mean in X where no hidden
        unit is on, which spares the hidden units learning it.""")
    sparsity_target: float | None = parameter(
        default=None, constraint=[_INSIDE, None], text="""float in (0, 1) or None
        How active each hidden unit is to be, on average over rows.""")
    sparsity_weight: float = parameter(default=0.01, constraint=_NON_NEGATIVE, text="""float
        Weight of the penalty on other mean activities, their cross-entropy with
        `sparsity_target`.""")
    sample_visible: bool = parameter(default=True, constraint=["boolean"], text="""bool
        Whether training draws states of visible units. Otherwise their means stand for them,
        which has less noise and is less exact.""")
    shuffle: bool = parameter(default=True, constraint=["boolean"], text="""bool
        Whether to shuffle the rows before each pass.""")
    early_stopping: bool = parameter(default=False, constraint=["boolean"], text="""bool
        Whether to hold back `validation_fraction` of the rows, and to end training once their
        pseudo-likelihood has not improved for `n_iter_no_change` passes. The parameters of the best
        pass are kept.""")
    validation_fraction: float = parameter(
        default=0.1, constraint=[_INSIDE], text="""float in (0, 1)
        Share of the rows that `early_stopping` holds back.""")
    n_iter_no_change: int = parameter(default=10, constraint=_COUNT, text="""int
        Passes without an improvement after which `early_stopping` ends training.""")
    max_time: float | None = _OF_ROUNDS["max_time"]._replace(text="""float or None
        Training ends after the first pass that finishes this many seconds after its start.""")
    dtype: str | None = _OF_ROUNDS["dtype"]
    n_jobs: int | None = _OF_ROUNDS["n_jobs"]


@parameter_group
class GaussianRBMParameters(RBMParameters):
    """Parameters of machines for real-valued data."""

    learning_rate: float = parameter(default=0.01)
    variance: str = parameter(
        default="unit", constraint=[StrOptions({"unit", "learned"})], after="visible_bias_init",
        text="""{"unit", "learned"}
        Whether the variances of visible units are 1, or are learned, one for each feature,
        beginning at those of X. Learned ones need a lower learning rate.""")
    visible_bias_init: str = parameter(
        default="zeros", text="""{"zeros", "data"}
        The first biases of visible units: "data" are the means of X.""")
