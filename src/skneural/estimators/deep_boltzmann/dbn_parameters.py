"""The parameters of deep belief nets."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Any

import numpy as np
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions

from ..._parameters import parameter, parameter_group
from ...activations import Activation as Rule
from ..mlp.parameters import MLPClassifierParameters, MLPParameters, MLPRegressorParameters
from .parameters import AT_LEAST_ONE, AT_LEAST_ZERO, MOMENTUM, POSITIVE


@parameter_group
class DBNParameters(MLPParameters):
    """Parameters of deep belief nets, beside those of perceptrons."""

    hidden_layer_sizes: int | Sequence[int] | np.ndarray = parameter(
        default=(500, 500, 2000), kw_only=False)
    activation: str | Rule | Sequence[str | Rule] = parameter(
        default="logistic", kw_only=False,
        text="""str, Activation, or a tuple of them with one per hidden layer
        Activation of the hidden layers. Pretrained ones are "logistic"; with
        ``pretraining_max_iter=0`` all those of `MLPClassifier` are possible.""")
    visible: str = parameter(
        default="bernoulli", constraint=[StrOptions({"bernoulli", "gaussian"})],
        after="normalization", text="""{"bernoulli", "gaussian"}
        What X is to the first machine of pretraining: probabilities of being on, from 0 to 1, or
        real numbers of variance 1, as `StandardScaler` returns them.""")
    pretraining_max_iter: int = parameter(
        default=30, constraint=AT_LEAST_ZERO, after="visible", text="""int
        Epochs of pretraining of each hidden layer as a restricted Boltzmann machine; 0 for a plain
        perceptron.""")
    pretraining_learning_rate: float = parameter(
        default=0.05, constraint=POSITIVE, after="pretraining_max_iter", text="""float
        Learning rate of pretraining; a tenth of it for ``visible="gaussian"`` in the first
        layer.""")
    pretraining_batch_size: int = parameter(
        default=10, constraint=AT_LEAST_ONE, after="pretraining_learning_rate", text="""int
        Samples of a batch of pretraining.""")
    pretraining_momentum: float = parameter(
        default=0.5, constraint=MOMENTUM, after="pretraining_batch_size", text="""float in [0, 1)
        Momentum of pretraining.""")
    pretraining_alpha: float = parameter(
        default=0.0002, constraint=[Interval(Real, 0, None, closed="left")],
        after="pretraining_momentum", text="""float
        Weight decay of pretraining: this share of a weight, times the rate, is subtracted at each
        update.""")
    n_gibbs_steps: int = parameter(
        default=1, constraint=AT_LEAST_ONE, after="pretraining_alpha", text="""int
        Steps of Gibbs sampling of contrastive divergence.""")
    initial: Any = parameter(
        default=None, constraint=[HasMethods(["fit", "transform"]), None],
        after="initial_encoder", text="""DeepBoltzmannMachine or None
        A fitted machine that initialises the hidden layers in place of pretraining. X is what the
        machine was fitted on, or what it returns with ``features="augmented"``. Wrap it in a
        ``FrozenEstimator`` if it is cloned, as in a grid search.""")


@parameter_group
class DBNClassifierParameters(DBNParameters, MLPClassifierParameters):
    """Parameters of `DBNClassifier`."""

    fine_tuning: str = parameter(
        default="backprop", constraint=[StrOptions({"backprop", "up_down"})],
        after="n_gibbs_steps", text="""{"backprop", "up_down"}
        How the whole net is trained after pretraining. "backprop" is that of `MLPClassifier`.
        "up_down" is a generative model of rows and labels: label units join the top layer, and
        recognition and generative weights learn apart from each other, by contrastive wake-sleep
        [1]_. `sample` then draws rows of a class. Its steps are noisy: use small batches and plain
        descent, as ``batch_size=10, solver="sgd", momentum=0, learning_rate_init=0.1``.""")


@parameter_group
class DBNRegressorParameters(DBNParameters, MLPRegressorParameters):
    """Parameters of `DBNRegressor`."""
