"""The parameters of classifiers, and those that several families of estimators have."""

from __future__ import annotations

from numbers import Real
from typing import Any

from sklearn.utils._param_validation import HasMethods, Interval, StrOptions

from ..._parameters import parameter, parameter_group
from ...losses import Loss
from ...training.parameters import TrainingParameters

INITIAL_WEIGHTS: Any = parameter(
    default=None,
    constraint=[dict, HasMethods(["fit", "get_params"]), None],
    after="initializer",
    text="""dict, fitted estimator or None
    First weights of some layers, as ``{layer: {variable: array}}``, or a fitted estimator
    with `weights_`, whose layers of the same names are taken over, but for an output layer
    of another shape or other ``classes_``, which starts afresh. What is cloned, as in a
    grid search, has to be a ``FrozenEstimator``. Layers with ``trainable=False`` keep them.""")
INPUT_SHAPE: Any = parameter(
    default=None, constraint=[tuple, list, None], text="""tuple of int or None
    Shape of a sample for the first layer, such as (28, 28, 1), where X is flat or lacks the
    channels; `None` is the shape of X's own samples, refused where the layers read images
    and it looks like one with channels first.""")
RESCALE: Any = parameter(
    default="auto",
    constraint=[StrOptions({"auto"}), Interval(Real, 0, None, closed="neither"), None],
    text="""float, "auto" or None
    The factor that X is multiplied by, a batch at a time, before the first layer. "auto"
    follows from the numbers of the first `fit`: images of numbers from 0 to more than 2 are
    levels of so many bits (2 to 5, 8, 10, 12, ...) as hold the greatest, and are divided by
    the highest level of these, 255 for photographs of 8 bits. All other images are left
    alone; so are tables, flat X that no shape is given for, and images that a first layer
    `Scale` has been given for.""")


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
        the classes' frequencies, rows counted by their sample weights. Multiplied with these.
        Where y is masks, of the classes of pixels.""")
    label_smoothing: float = parameter(
        default=0.0, constraint=[Interval(Real, 0, 1, closed="left")], after="weight_decay",
        text="""float in [0, 1)
        Share of the target probability spread evenly over the classes; "log_loss" only.""")
