"""The parameters of autoencoders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Integral, Real

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from ..._parameters import parameter, parameter_group
from ...activations import Activation
from ...losses import Loss
from ...training.parameters import TrainingParameters
from ..base.parameters import INPUT_SHAPE, RESCALE
from .layers import NOISES, SPARSITIES

_COUNT = Interval(Integral, 1, None, closed="left")
_NON_NEGATIVE = [Interval(Real, 0, None, closed="left")]
_ACTIVATION = [StrOptions(Activation.registry.keys()), Activation]


@parameter_group
class AutoencoderParameters(TrainingParameters):
    """Parameters of autoencoders, with the defaults of `AutoencoderTransformer`."""

    n_components: int = parameter(default=32, constraint=[_COUNT], kw_only=False, text="""int
        Dimensions of the code.""")
    hidden_layer_sizes: int | Sequence[int] | np.ndarray = parameter(
        default=(128,), constraint=["array-like", _COUNT], kw_only=False,
        text="""array-like of shape (n_hidden_layers,)
        Units of each dense layer of the encoder before the code; the decoder has them in
        reverse.""")
    activation: str | Activation = parameter(
        default="relu", constraint=_ACTIVATION, kw_only=False, text="""str or Activation
        Activation of hidden layers and convolutions, a name or an instance from
        `skneural.activations`.""")
    code_activation: str | Activation = parameter(
        default="identity", constraint=_ACTIVATION, text="""str or Activation
        Activation of the code.""")
    output_activation: str | Activation | None = parameter(
        default=None, constraint=[*_ACTIVATION, None], text="""str, Activation or None
        Activation of the output layer; `None` is that of the loss: "logistic" for "log_loss",
        "exp" for "poisson", and none for the others.""")
    loss: str | Loss = parameter(
        default="squared_error",
        constraint=[StrOptions({*Loss.names["regression"], "log_loss"}), Loss],
        after="output_activation",
        text="""str or Loss
        "squared_error", "absolute_error", "huber", "quantile", "poisson" (for X >= 0),
        "log_loss" (for X between 0 and 1, cross-entropy of each feature) or an instance from
        `skneural.losses`.""")
    architecture: str | tuple | list = parameter(
        default="dense", constraint=[StrOptions({"dense", "conv"}), tuple, list],
        text="""{"dense", "conv"} or pair of lists of layers
        "dense" has dense layers only. "conv" begins with convolutions of `filters` that halve
        the sides of an image that are even, and ends with the same transposed.
        ``(encoder, decoder)`` are lists of layers from `skneural.layers`; the last of the
        encoder outputs the code. Their parameters are parameters of the estimator:
        ``encoder_dense__units``.""")
    filters: int | Sequence[int] | np.ndarray = parameter(
        default=(16, 32), constraint=["array-like", _COUNT],
        text="""int or array-like of shape (n_convolutions,)
        Filters of each convolution of "conv".""")
    kernel_size: int | Sequence[int] = parameter(
        default=3, constraint=[tuple, list, _COUNT], text="""int or tuple of two
        Height and width of a filter of "conv"; at most the image's.""")
    input_shape: tuple[int, ...] | list[int] | None = INPUT_SHAPE
    rescale: float | str | None = RESCALE
    tied_weights: bool = parameter(default=False, constraint=["boolean"], text="""bool
        Whether each layer of the decoder uses the kernel of its counterpart in the encoder,
        transposed; "dense" only.""")
    noise: str | None = parameter(
        default=None, constraint=[StrOptions(set(NOISES)), None],
        text="""{"gaussian", "masking", "salt_and_pepper"} or None
        Noise on X in training, which the network learns to remove: Gaussian noise, features set to
        zero, or features set to the minimum or the maximum of X.""")
    noise_level: float = parameter(default=0.25, constraint=_NON_NEGATIVE, text="""float
        Standard deviation of "gaussian", else the share of features changed.""")
    sparsity: str | None = parameter(
        default=None, constraint=[StrOptions(set(SPARSITIES)), None], text="""{"l1", "kl"} or None
        Penalty on the code: the sum of magnitudes, or the Kullback-Leibler divergence of the mean
        activation of each unit over a batch from `sparsity_target`; "kl" needs
        ``code_activation="logistic"``.""")
    sparsity_target: float = parameter(
        default=0.05, constraint=[Interval(Real, 0, 1, closed="neither")], text="""float in (0, 1)
        Target of "kl" for the mean activation.""")
    sparsity_weight: float = parameter(default=0.01, constraint=_NON_NEGATIVE, text="""float
        Weight of the penalty `sparsity`.""")
    contractive: float = parameter(default=0.0, constraint=_NON_NEGATIVE, text="""float
        Weight of the squared norm of the Jacobian of each layer of the encoder. Their activations
        have to be "identity", "relu", "logistic" or "tanh".""")
    variational: bool = parameter(default=False, constraint=["boolean"], text="""bool
        Whether codes are normal distributions, sampled in training; `transform` returns their
        means.""")
    beta: float = parameter(default=1.0, constraint=_NON_NEGATIVE, text="""float
        Weight of the divergence of the codes of a variational autoencoder from the standard normal
        distribution.""")
    pretraining: str | None = parameter(
        default=None, constraint=[StrOptions({"layerwise"}), None], text="""{"layerwise"} or None
        "layerwise" first trains each layer of the encoder with its counterpart, as a shallow
        autoencoder of the outputs of the layers before; "dense" only. Part of `max_time`.""")
    pretraining_max_iter: int = parameter(default=20, constraint=[_COUNT], text="""int
        Maximum number of epochs of each of these.""")
    tol: float = parameter(default=1e-5, text="""float
        Training ends if the loss, or with `early_stopping` the score, has not improved by `tol`
        for `n_iter_no_change` epochs; in multiples of the variance of X, averaged over its
        features, for "squared_error" and "huber", of its square root for "absolute_error" and
        "quantile".""")
    scoring: str | Callable | None = parameter(
        default=None, constraint=[callable, None], text="""callable or None
        Score of the validation set, ``scoring(estimator, X, X)``; `None` is the method
        `score`.""")


@parameter_group
class OutlierDetectorParameters(AutoencoderParameters):
    """Parameters of `NeuralOutlierDetector`."""

    n_components: int = parameter(default=8, kw_only=False)
    hidden_layer_sizes: int | Sequence[int] | np.ndarray = parameter(default=(16,), kw_only=False)
    contamination: float | str = parameter(
        default=0.1,
        constraint=[StrOptions({"auto"}), Interval(Real, 0, 0.5, closed="right")],
        after="activation",
        text="""float in (0, 0.5] or "auto"
        Share of outliers among the training samples. With "auto", outliers are samples whose
        score is more than 1.5 interquartile ranges below the first quartile of the training
        samples' scores [3]_: about 1% for normally distributed data.""")
    loss: str | Loss = parameter(default="huber", text="""str or Loss
        As in `AutoencoderTransformer`; with "huber" and "absolute_error" the outliers among the
        training samples do not outweigh the others.""")
    sparsity: str | None = parameter(default="l1", text="""{"l1", "kl"} or None
        Penalty on the code: the sum of magnitudes, which is part of the score, or the divergence of
        the mean activation of each unit over a batch from `sparsity_target`.""")
    sparsity_weight: float = parameter(default=3.0)
    max_iter: int = parameter(default=20)
    tol: float = parameter(default=1e-4)
    scoring: str | Callable | None = parameter(default=None, text="""callable or None
        Score of the validation set, ``scoring(estimator, X, X)``; `None` is minus the mean
        loss without penalties.""")
