"""The parameters of generative adversarial networks."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Literal

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from ..._parameters import parameter, parameter_group
from ..base.parameters import INPUT_SHAPE, RoundsParameters

_COUNT = Interval(Integral, 1, None, closed="left")
_POSITIVE = Interval(Real, 0, None, closed="neither")
_SHARE = Interval(Real, 0, 1, closed="left")


@parameter_group
class AdversarialParameters(RoundsParameters):
    """Parameters of generative adversarial networks."""

    latent_size: int = parameter(
        default=64, constraint=[_COUNT], kw_only=False, text="""int
        Standard normal numbers that a sample is generated from.""")
    architecture: str = parameter(
        default="dense", constraint=[StrOptions({"dense", "convolutional"})],
        text="""{"dense", "convolutional"}
        "convolutional" is the DCGAN [2]_, for images: strided convolutions in the discriminator,
        transposed ones in the generator.""")
    hidden_layer_sizes: int | Sequence[int] | np.ndarray = parameter(
        default=(128, 128), constraint=["array-like", _COUNT],
        text="""int or array-like of shape (n_hidden_layers,)
        Units of each hidden layer of a "dense" generator; the discriminator has them in reverse
        order.""")
    filters: int | Sequence[int] | np.ndarray = parameter(
        default=(64, 128), constraint=["array-like", _COUNT],
        text="""int or array-like of shape (n_convolutions,)
        Filters of each convolution of a "convolutional" discriminator, which halves the image's
        sides; the generator has them in reverse order.""")
    input_shape: Sequence[int] | None = INPUT_SHAPE
    scaling: str = parameter(
        default="auto", constraint=[StrOptions({"auto", "range", "quantile"})],
        text="""{"auto", "range", "quantile"}
        What the networks read of X. "range" maps all numbers to -1 to 1. "quantile" maps each
        column to a normal distribution, and samples back to the column's. "auto" is "quantile" for
        tables, which are flat X without an `input_shape`, and "range" for all else.""")
    loss: str = parameter(
        default="non_saturating",
        constraint=[StrOptions({"non_saturating", "least_squares", "hinge"})],
        text="""{"non_saturating", "least_squares", "hinge"}
        The loss of the logits: that of Goodfellow et al. [1]_, of Mao et al. [3]_, or the hinge of
        Miyato et al. [4]_.""")
    normalization: str | None = parameter(
        default="batch", constraint=[StrOptions({"batch", "layer"}), None],
        text="""{"batch", "layer"} or None
        Normalization in the generator; the discriminator has none but `spectral_normalization`.""")
    spectral_normalization: bool = parameter(
        default=False, constraint=["boolean"], text="""bool
        Whether to divide the discriminator's weights by their largest singular value [4]_.""")
    generator_learning_rate: float = parameter(
        default=1e-3, constraint=[_POSITIVE], text="""float
        Learning rate of the generator's Adam.""")
    discriminator_learning_rate: float = parameter(
        default=5e-4, constraint=[_POSITIVE], text="""float
        Learning rate of the discriminator's Adam.""")
    beta_1: float = parameter(default=0.5, constraint=[_SHARE], text="""float in [0, 1)
        Decay of the mean of gradients in both.""")
    beta_2: float = parameter(default=0.999, constraint=[_SHARE], text="""float in [0, 1)
        Decay of the mean of squared gradients in both.""")
    discriminator_steps: int = parameter(default=1, constraint=[_COUNT], text="""int
        Updates of the discriminator for each of the generator.""")
    label_smoothing: float = parameter(default=0.0, constraint=[_SHARE], text="""float in [0, 1)
        What the target of real rows is less than 1 [5]_; not used by "hinge".""")
    batch_size: int | Literal["auto"] = parameter(
        default="auto", constraint=[StrOptions({"auto"}), _COUNT], text="""int or "auto"
        Largest batch; rows are spread evenly over the batches; "auto" is
        ``min(64, n_samples)``.""")
    average_decay: float | None = parameter(
        default=0.999, constraint=[_SHARE, None], text="""float in [0, 1) or None
        Share that is kept at each update of a running average of the generator's weights, which
        samples are drawn with [6]_; `None` draws them with the last weights.""")
