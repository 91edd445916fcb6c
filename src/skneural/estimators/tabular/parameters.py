"""The parameters of networks for tables."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils._param_validation import Interval, StrOptions

from ..._parameters import parameter, parameter_group
from ...activations import Activation as Rule
from ...initializers import Initializer
from ...losses import Loss
from ...schedules import Scheduled
from ...training.parameters import TrainingParameters
from ..base.parameters import ClassifierParameters

_COUNT = Interval(Integral, 1, None, closed="left")
_NOT_NEGATIVE = Interval(Integral, 0, None, closed="left")


@parameter_group
class TabularParameters(TrainingParameters):
    """Parameters of networks for tables."""

    n_members: int = parameter(default=4, constraint=[_COUNT], text="""int
        Members of the ensemble, trained at once: a network with common hidden layers, which each
        member reads with factors of its own for its inputs, and an output layer of each.
        Predictions are the mean of theirs, for classes of probabilities.""")
    hidden_layer_sizes: int | Sequence[int] | np.ndarray = parameter(
        default=(128, 128), constraint=["array-like", _COUNT],
        text="""int or array-like of shape (n_hidden_layers,)
        Units of each hidden layer.""")
    activation: str | Rule = parameter(
        default="relu", constraint=[StrOptions(Rule.registry.keys()), Rule],
        text="""str or Activation
        Activation of the hidden layers, as of `MLPClassifier`.""")
    dropout: float | Scheduled | Literal["auto"] = parameter(
        default="auto",
        constraint=[StrOptions({"auto"}), Interval(Real, 0, 1, closed="left"), Scheduled],
        text="""float in [0, 1), Scheduled or "auto"
        Share of each hidden layer's outputs set to zero at random in training. "auto" is 0.1, and 0
        for fewer than 100 rows.""")
    categorical_features: ArrayLike | Literal["from_dtype"] | None = parameter(
        default="from_dtype", constraint=["array-like", StrOptions({"from_dtype"}), None],
        text="""array-like of {bool, int, str} of shape (n_features,) or \
(n_categorical_features,), "from_dtype" or None
        Which columns are categories: a mask, places, or names of a data frame's columns. By
        "from_dtype" those of a dtype of categories, and those that hold text. None: no column is,
        and text is an error.""")
    numeric_embedding: str | None = parameter(
        default="piecewise", constraint=[StrOptions({"piecewise", "periodic"}), None],
        text="""{"piecewise", "periodic"} or None
        How each number is encoded. "piecewise": by its place among the edges of 48 bins of equally
        many rows, and a learned map of these to 16 numbers, or fewer where there are more than 64
        columns. "periodic": scaled by median and quartiles and clipped smoothly, with cosines of
        learned frequencies. None: only scaled.""")
    max_one_hot: int = parameter(default=9, constraint=[_NOT_NEGATIVE], text="""int
        Columns of fewer categories become one-hot columns, those of as many or more learned
        vectors.""")
    embedding_size: int = parameter(default=8, constraint=[_COUNT], text="""int
        Length of the learned vector of a category.""")
    solver: str = parameter(default="adamw")
    alpha: float = parameter(default=0.0)
    batch_size: int | Literal["auto"] = parameter(default="auto", text="""int or "auto"
        Largest batch; rows are spread evenly over the batches; "auto" is ``min(256, n_samples)``,
        or fewer if a batch would need more than 1 GiB, but at least eight. Not used by
        "lbfgs".""")
    learning_rate_init: float = parameter(default=0.015, text="""float
        The learning rate the schedule starts from. A layer's own is this by the root of its number
        of inputs, so that it suits any width.""")
    max_iter: int = parameter(default=256)
    early_stopping: bool | Literal["auto"] = parameter(
        default="auto", constraint=["boolean", StrOptions({"auto"})], text="""bool or "auto"
        Whether to judge training by validation rows: ``X_val`` of `fit`, or `validation_fraction`
        of the rows. "auto" does unless `fit` has fewer than 100 rows, or `partial_fit` is called.
        False trains on all rows for `max_iter` epochs. Not used by "lbfgs".""")
    validation_fraction: float = parameter(default=0.2)
    scoring: Any = parameter(default="loss", text="""str, callable or None
        Score of the validation set: "loss" is minus the loss, `None` the method `score`. A function
        ``scoring(estimator, X, y)`` gets X as the estimator has read it, for its methods only.""")
    n_iter_no_change: float = parameter(default=16)
    weight_decay: float | Scheduled | None = parameter(default=3e-4)
    initializer: str | Initializer = parameter(
        default="unit_variance", text="""str or Initializer
        Draws the initial weights of the hidden layers, as for `MLPClassifier`; the default one
        fits them to outputs for up to 1,000 rows.""")
    dtype: str | None = parameter(
        default="auto", constraint=[StrOptions({"auto", "float32", "float64"}), None],
        text="""{"auto", "float32", "float64"} or None
        Precision of the network; numbers are always scaled in float64. "auto" is float32 from 1,000
        rows of the first fit on, and float64 for fewer; `None` float32 if all columns of
        numbers are, else float64.""")


@parameter_group
class TabularClassifierParameters(ClassifierParameters, TabularParameters):
    """Parameters of `TabularClassifier`."""


@parameter_group
class TabularRegressorParameters(TabularParameters):
    """Parameters of `TabularRegressor`."""

    loss: str | Loss = parameter(default="squared_error", text="""str or Loss
        "squared_error", "poisson" (for y >= 0, predicts through exp), "absolute_error", "huber",
        "quantile", or an instance from `skneural.losses` such as ``Quantile(0.9)``. Losses
        are those of y with mean 0 and standard deviation 1, and the ``delta`` of
        `skneural.losses.Huber` is in these units; "poisson" sees y divided by its mean.""")
    learning_rate_init: float = parameter(default=0.02)
    clip_predictions: bool = parameter(
        default=True, constraint=["boolean"], after="loss", text="""bool
        Whether predictions stay between the least and the greatest target of the rows trained
        on.""")
