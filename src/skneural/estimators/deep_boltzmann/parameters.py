"""The parameters of deep Boltzmann machines."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from ..._parameters import parameter, parameter_group
from ...schedules import Schedule
from ..base.parameters import RoundsParameters

AT_LEAST_ONE = [Interval(Integral, 1, None, closed="left")]
AT_LEAST_ZERO = [Interval(Integral, 0, None, closed="left")]
POSITIVE = [Interval(Real, 0, None, closed="neither")]
MOMENTUM = [Interval(Real, 0, 1, closed="left")]


@parameter_group
class DeepBoltzmannParameters(RoundsParameters):
    """Parameters of `DeepBoltzmannMachine`."""

    hidden_layer_sizes: int | Sequence[int] | np.ndarray = parameter(
        default=(500, 1000), constraint=["array-like", *AT_LEAST_ONE], kw_only=False,
        text="""array-like of shape (n_hidden_layers,)
        Units of each hidden layer.""")
    learning_rate: float = parameter(default=0.005, constraint=POSITIVE, text="""float
        The learning rate the schedule starts from.""")
    learning_rate_schedule: str | Schedule = parameter(
        default="cosine", constraint=[StrOptions(Schedule.registry.keys()), Schedule],
        text="""str or Schedule
        Schedule of the learning rate, as `learning_rate` of `MLPClassifier`. Particles follow the
        model only while it changes slowly: let the rate fall.""")
    batch_size: int = parameter(default=100, constraint=AT_LEAST_ONE, text="""int
        Largest batch; samples are spread evenly over the batches.""")
    max_iter: int = parameter(default=100, text="""int
        Epochs of training all layers together.""")
    pretraining_max_iter: int = parameter(
        default=30, constraint=AT_LEAST_ZERO, text="""int
        Epochs of greedy pretraining of each layer, by contrastive divergence; 0 for none, from
        which machines of several layers hardly learn.""")
    pretraining_learning_rate: float = parameter(
        default=0.05, constraint=POSITIVE, text="""float
        Learning rate of pretraining.""")
    n_particles: int = parameter(default=100, constraint=AT_LEAST_ONE, text="""int
        Persistent Markov chains that represent the model.""")
    n_mean_field_steps: int = parameter(default=25, constraint=AT_LEAST_ONE, text="""int
        Most updates of the posterior means of a row.""")
    mean_field_tol: float = parameter(
        default=1e-3, constraint=[Interval(Real, 0, None, closed="left")], text="""float
        Posterior means of a row are not updated further once none changed by more.""")
    n_gibbs_steps: int = parameter(default=5, constraint=AT_LEAST_ONE, text="""int
        Sweeps of Gibbs sampling of the particles over all layers for each batch.""")
    momentum: float = parameter(
        default=0.5, constraint=MOMENTUM, text="""float in [0, 1)
        Momentum of the gradients, in pretraining too.""")
    alpha: float = parameter(
        default=0.0002, constraint=[Interval(Real, 0, None, closed="left")], text="""float
        Weight decay: this share of a weight, times the rate, is subtracted at each update.""")
    max_norm: float | None = parameter(
        default=None, constraint=[*POSITIVE, None], text="""float or None
        Limit of the norm of the weights from the layer below to a unit, kept to after each
        epoch.""")
    features: str = parameter(
        default="top", constraint=[StrOptions({"top", "all", "augmented"})],
        text="""{"top", "all", "augmented"}
        What `transform` returns: the posterior means of the top layer, those of all hidden layers,
        or X and those of the top layer, which are what a network started from the machine reads
        (see `DBNClassifier`, parameter `initial`).""")
    n_annealing_steps: int = parameter(default=1000, constraint=AT_LEAST_ONE, text="""int
        Steps of the annealed importance sampling at the end of `fit`, whose estimate of the
        partition function `score_samples` uses.""")
