"""The parameters of convolutional networks for series."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any, Literal

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from ..._parameters import parameter, parameter_group
from ...initializers import Initializer
from ...schedules import Schedule
from ...training.parameters import TrainingParameters
from ..base.parameters import (
    INITIAL_WEIGHTS,
    MISSING,
    NORMALIZE,
    SERIES_SHAPE,
    ClassifierParameters,
)
from .architectures import ARCHITECTURES


@parameter_group
class SeriesNetParameters(TrainingParameters):
    """Parameters of convolutional networks for series."""

    architecture: str | tuple | list = parameter(
        default="inception_time", constraint=[StrOptions(ARCHITECTURES.keys()), tuple, list],
        kw_only=False, text="""str or list of layers
        "inception_time", "fcn", "resnet", "lstm_fcn", or layers from `skneural.layers`, also as
        ``("name", layer)`` pairs, to which an output layer is added if they do not end with one. A
        layer's parameters are parameters of the estimator, by ``name__parameter``, and
        "passthrough" in place of a layer removes it.""")
    n_networks: int = parameter(
        default=1, constraint=[Interval(Integral, 1, None, closed="left")], text="""int
        How many networks are trained, one after another with random states of their own.
        Predictions are the mean of theirs: of their probabilities, for classes. InceptionTime is
        an ensemble of five.""")
    series_shape: Sequence[int] | None = SERIES_SHAPE
    missing: str = MISSING
    normalize: str | None = NORMALIZE
    batch_size: int | Literal["auto"] = parameter(default="auto", text="""int or "auto"
        Largest batch; series are spread evenly over the batches; "auto" is
        ``min(32, n_samples)``, or fewer if a batch would need more than 1 GiB, but at least
        eight. Not used by "lbfgs".""")
    learning_rate: str | Schedule = parameter(default="cosine")
    max_iter: int = parameter(default=200, text="""int
        Number of epochs; with "lbfgs", most iterations.""")
    n_iter_no_change: float = parameter(default=np.inf)
    initializer: str | Initializer = parameter(default="glorot_uniform", text="""str or Initializer
        Draws the initial weights of the output layer.""")
    initial_weights: Any = INITIAL_WEIGHTS


@parameter_group
class SeriesNetClassifierParameters(ClassifierParameters, SeriesNetParameters):
    """Parameters of `SeriesNetClassifier`."""
