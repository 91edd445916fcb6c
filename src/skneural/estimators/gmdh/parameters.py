"""The parameters of GMDH."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

from sklearn.utils._param_validation import Interval, StrOptions

from ..._parameters import parameter, parameter_group, parameters_of
from ..base.parameters import ClassifierParameters, RoundsParameters

_COUNT = Interval(Integral, 1, None, closed="left")
_OF_ROUNDS: dict[str, Any] = dict(parameters_of(RoundsParameters))
_OF_CLASSIFIERS: dict[str, Any] = dict(parameters_of(ClassifierParameters))


@parameter_group
class GMDHParameters:
    """Parameters of the group method of data handling."""

    neuron: str = parameter(
        default="quadratic", constraint=[StrOptions({"quadratic", "bilinear", "linear"})],
        kw_only=False, text="""{"quadratic", "bilinear", "linear"}
        Terms of the polynomial of two inputs a and b: 1, a, b, for "bilinear" and "quadratic"
        a b, for "quadratic" a^2 and b^2. For "combinatorial" those of all inputs.""")
    algorithm: str = parameter(
        default="multilayer",
        constraint=[StrOptions({"multilayer", "iterational", "combinatorial"})],
        text="""{"multilayer", "iterational", "combinatorial"}
        "multilayer" fits, in each layer, a polynomial to each pair of the best outputs of the
        layer before. "iterational" does so to each pair of such an output and an input.
        "combinatorial" searches linear combinations of terms, with a term more in each round.""")
    criterion: str = parameter(
        default="regularity",
        constraint=[StrOptions({"regularity", "unbiasedness", "cross_validation", "aic"})],
        text="""{"regularity", "unbiasedness", "cross_validation", "aic"}
        What models are compared by, in units of the variance of y: "regularity" is the mean
        squared error on one part of the rows of coefficients fitted on the other;
        "cross_validation" the mean of this and of the same with the parts exchanged;
        "unbiasedness" the mean squared difference between the outputs of coefficients fitted on
        either part; "aic" the mean squared error on all rows times exp(2 k / n), for n rows and k
        coefficients, which is a monotone function of Akaike's criterion. But for "regularity",
        the coefficients are then those of all rows.""")
    max_layers: int | None = parameter(
        default=None, constraint=[_COUNT, None], text="""int or None
        Maximum number of layers, for "combinatorial" of terms. `None`: 5 layers, which have
        degree 32 with quadratic neurons, or any number of terms.""")
    n_best: int | None = parameter(
        default=None, constraint=[_COUNT, None], text="""int or None
        Polynomials that are kept of each layer, for "combinatorial" of each number of terms.
        `None`: as many as inputs, but at most 200; for "combinatorial" all if there are at most
        65,536 of any number of terms, otherwise as many as terms.""")
    keep_inputs: bool = parameter(
        default=True, constraint=["boolean"], text="""bool
        Whether the pairs of later layers are also of inputs, for "multilayer".""")
    validation_fraction: float = parameter(
        default=0.5, constraint=[Interval(Real, 0, 1, closed="neither")], text="""float in (0, 1)
        Share of the rows in the second part, which "regularity" judges by. In order of their
        distance from the mean, rows go to the parts alternately; for a classifier class by
        class. Rows of zero weight count as absent, and whole-number weights as repetitions.""")
    alpha: float = parameter(
        default=0.0, constraint=[Interval(Real, 0, None, closed="left")], text="""float
        Ridge penalty of each coefficient, the intercept excepted, as a multiple of the sum of
        squares of its standardised term.""")
    tol: float = parameter(
        default=0.01, constraint=[Interval(Real, 0, 1, closed="left")], text="""float in [0, 1)
        The fit ends when the best criterion of a layer is not less than that of those before by
        this share of it.""")
    verbose: bool | int = _OF_ROUNDS["verbose"]
    max_time: float | None = _OF_ROUNDS["max_time"]
    n_jobs: int | None = _OF_ROUNDS["n_jobs"]


@parameter_group
class GMDHClassifierParameters(GMDHParameters):
    """Parameters of the classifier."""

    class_weight: dict | list | str | None = _OF_CLASSIFIERS["class_weight"]._replace(
        after="tol", text="""dict, list of dict, "balanced" or None
        Weights of classes as ``{label: weight}``, for several labels a list with one
        ``{0: weight, 1: weight}`` for each; "balanced" makes them inversely proportional to the
        classes' frequencies, rows counted by their sample weights. They multiply the weights of
        rows in sums of squares, but do not change which rows go to which part.""")


@parameter_group
class GMDHRegressorParameters(GMDHParameters):
    """Parameters of the regressor."""

    clip_predictions: bool = parameter(
        default=False, constraint=["boolean"], after="tol", text="""bool
        Whether predictions are limited to the range of y in `fit`. Polynomials grow fast outside
        the range of the training rows.""")
