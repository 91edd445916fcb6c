"""The parameters of classifiers, and those that several families of estimators have."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions

from ..._parameters import parameter, parameter_group, parameters_of
from ...losses import Loss
from ...training.parameters import TrainingParameters

INITIAL_WEIGHTS: Any = parameter(
    default=None,
    constraint=[dict, HasMethods(["fit", "get_params"]), None],
    after="initializer",
    text="""dict, fitted estimator or None
    Initial weights of some layers, as ``{layer: {variable: array}}``, or a fitted estimator
    with `weights_`, whose layers of the same names are reused, except an output layer of
    another shape or other ``classes_``. Wrap the estimator in a ``FrozenEstimator`` if it is
    cloned, as in a grid search. Layers with ``trainable=False`` keep them.""")
INPUT_SHAPE: Any = parameter(
    default=None, constraint=[tuple, list, None], text="""tuple of int or None
    Shape of a sample for the first layer, such as (28, 28, 1), if X is flat or lacks the
    channels; `None` is the shape of X's samples, an error if the layers read images and it
    looks like channels first.""")
SERIES_SHAPE: Any = parameter(
    default=None, constraint=[tuple, list, None], text="""tuple of two int or None
    Time and features of a series, if X is flat; `None` is one feature a step.""")
MISSING: Any = parameter(
    default="error", constraint=[StrOptions({"error", "mask"})], text="""{"error", "mask"}
    Whether NaN before a series' end is an error, or such steps are left out, as if the series
    did not have them.""")
NORMALIZE: Any = parameter(
    default=None, constraint=[StrOptions({"features"}), None], text="""{"features"} or None
    "features" standardises each feature to mean 0 and variance 1 over all steps of all series
    that the first `fit` sees, like `SeriesScaler`.""")
RESCALE: Any = parameter(
    default="auto",
    constraint=[StrOptions({"auto"}), Interval(Real, 0, None, closed="neither"), None],
    text="""float, "auto" or None
    The factor that X is multiplied by, a batch at a time, before the first layer. "auto"
    follows from the values in the first `fit`: images with a minimum of at least 0 and a
    maximum above 2 are divided by the highest level of the least number of bits (2 to 5, 8,
    10, 12, ...) that holds the maximum, 255 for photographs of 8 bits. Other images are not
    rescaled; nor are tables, flat X without a given shape, and X if the first layer is a
    `Scale`.""")

_OF_TRAINING: dict[str, Any] = dict(parameters_of(TrainingParameters))


@parameter_group
class RoundsParameters:
    """Parameters of estimators without a network that are fitted in rounds."""

    max_iter: int = _OF_TRAINING["max_iter"]._replace(text="""int
        Maximum number of rounds.""")
    random_state: int | np.random.RandomState | None = _OF_TRAINING["random_state"]._replace(
        text="""int, RandomState instance or None
        Draws all random numbers of `fit`.""")
    verbose: bool | int = _OF_TRAINING["verbose"]._replace(text="""bool or int
        2 draws a tqdm bar with the loss; True and any other positive number print a line per
        round.""")
    max_time: float | None = _OF_TRAINING["max_time"]._replace(text="""float or None
        The fit ends after the first round that finishes this many seconds after its start.""")
    dtype: str | None = _OF_TRAINING["dtype"]
    n_jobs: int | None = _OF_TRAINING["n_jobs"]


@parameter_group
class ClassifierParameters(TrainingParameters):
    """Parameters of classifiers."""

    loss: str | Loss = parameter(
        default="log_loss", constraint=[StrOptions(Loss.names["classification"]), Loss],
        text="""{"log_loss", "hinge"} or Loss
        "log_loss" gives probabilities; "hinge" is the multiclass (Crammer-Singer) or binary margin
        loss, without `predict_proba`, not for masks.""")
    class_weight: dict | list | str | None = parameter(
        default=None, constraint=[dict, list, StrOptions({"balanced"}), None], after="loss",
        text="""dict, list of dict, "balanced" or None
        Weights of classes as ``{label: weight}``, for multilabel targets a list with one
        ``{0: weight, 1: weight}`` for each label; "balanced" makes them inversely proportional to
        the classes' frequencies, rows counted by their sample weights. Multiplied by these.
        If y is masks, the classes are those of pixels.""")
    label_smoothing: float = parameter(
        default=0.0, constraint=[Interval(Real, 0, 1, closed="left")], after="weight_decay",
        text="""float in [0, 1)
        Share of the target probability spread evenly over the classes; "log_loss" only.""")
