"""The parameters of multi-layer perceptrons."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, Literal

import numpy as np
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions

from ..._parameters import parameter, parameter_group
from ...activations import Activation as Rule
from ...losses import Loss
from ...training.parameters import TrainingParameters
from ..base.parameters import ClassifierParameters
from .layers import NORMALIZATIONS


@parameter_group
class MLPParameters(TrainingParameters):
    """Parameters of multi-layer perceptrons, the first two positional as scikit-learn's."""

    hidden_layer_sizes: int | Sequence[int] | np.ndarray = parameter(
        default=(100,),
        constraint=["array-like", Interval(Integral, 1, None, closed="left")],
        kw_only=False,
        text="""array-like of shape (n_hidden_layers,)
        Units of each hidden layer.""")
    activation: str | Rule | Sequence[str | Rule] = parameter(
        default="relu",
        constraint=[StrOptions(Rule.registry.keys()), Rule, tuple, list],
        kw_only=False,
        text="""str, Activation, or a tuple of them with one per hidden layer
        Activation of the hidden layers: "identity", "logistic", "tanh", "relu", "softplus",
        "centred_softplus", "leaky_relu", "elu", "selu", "gelu", "gelu_tanh", "silu", "mish",
        "hard_sigmoid", "hard_swish", or an instance from `skneural.activations`.""")
    batch_size: int | Literal["auto"] = parameter(default="auto", text="""int or "auto"
        Samples of a batch, the last of an epoch with the remaining ones; "auto" is
        ``min(200, n_samples)``. Not used by "lbfgs".""")
    dropout: float | Sequence[float] = parameter(
        default=0.0, constraint=[Interval(Real, 0, 1, closed="left"), tuple, list], after="loss",
        text="""float in [0, 1), or a tuple of them with one per hidden layer
        Share of each hidden layer's outputs set to zero at random in training; with "lbfgs" the
        same ones in every iteration.""")
    normalization: str | None = parameter(
        default=None, constraint=[StrOptions(NORMALIZATIONS.keys()), None], after="dropout",
        text="""{"batch", "layer"} or None
        Normalization of each hidden layer before its activation.""")
    initial_encoder: Any = parameter(
        default=None, constraint=[HasMethods(["fit", "transform"]), None], after="initializer",
        text="""AutoencoderTransformer or None
        A fitted autoencoder whose encoder initialises the hidden layers; `hidden_layer_sizes`
        has to begin with the units of its dense layers, code included, and `activation` should
        be theirs. Wrap it in a ``FrozenEstimator`` if it is cloned, as in a grid search.""")


@parameter_group
class MLPClassifierParameters(ClassifierParameters, MLPParameters):
    """Parameters of `MLPClassifier`."""


@parameter_group
class MLPRegressorParameters(MLPParameters):
    """Parameters of `MLPRegressor`, whose `loss` is the first as in scikit-learn."""

    loss: str | Loss = parameter(default="squared_error", kw_only=False)
