"""The parameters of Hopfield networks."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from ..._parameters import parameter, parameter_group, parameters_of
from ..base.parameters import RoundsParameters

_OF_ROUNDS: dict[str, Any] = dict(parameters_of(RoundsParameters))


@parameter_group
class HopfieldParameters:
    """Parameters of `HopfieldNetwork`."""

    rule: str = parameter(
        default="hebbian", constraint=[StrOptions({"hebbian", "storkey", "pseudo_inverse"})],
        kw_only=False, text="""{"hebbian", "storkey", "pseudo_inverse"}
        How the weights of ``interaction="quadratic"`` follow from the patterns; no unit has a
        weight to itself. "hebbian" is the sum of the patterns' outer products. "storkey" adds one
        pattern after the other and takes from each what the weights say already. "pseudo_inverse"
        is the projection on the patterns, which may be correlated.""")
    interaction: str = parameter(
        default="quadratic", constraint=[
            StrOptions({"quadratic", "polynomial", "binary_exponential", "exponential"})
        ],
        text="""{"quadratic", "polynomial", "binary_exponential", "exponential"}
        How the overlaps of a state with the patterns enter its energy. "quadratic" is Hopfield's
        network of two-valued units. "polynomial" is the dense associative memory: the overlaps to
        the power `degree`, "binary_exponential" their exponentials. "exponential" is the modern
        network of units that are real numbers, as the patterns are; a step of it is attention to
        the patterns.""")
    degree: int = parameter(
        default=3, constraint=[Interval(Integral, 2, None, closed="left")], text="""int
        Power of the overlaps in ``interaction="polynomial"``. An even one also recalls the
        patterns' negatives.""")
    beta: float = parameter(
        default=1.0, constraint=[Interval(Real, 0, None, closed="neither")], text="""float
        Inverse temperature of the exponential interactions: of a large one, recall goes to a single
        pattern, of a small one to a mean of patterns.""")
    update: str = parameter(
        default="asynchronous", constraint=[StrOptions({"asynchronous", "synchronous"})],
        text="""{"asynchronous", "synchronous"}
        Whether two-valued units change one after the other, in an order that is drawn anew for each
        sweep over all of them, or all at once. Only the first always comes to rest.""")
    threshold: float = parameter(
        default=0.0, constraint=[Interval(Real, None, None, closed="neither")], text="""float
        Numbers of X above it are units that are on, as in `Binarizer`. Ignored by
        ``interaction="exponential"``.""")
    max_iter: int = parameter(
        default=100, constraint=[Interval(Integral, 1, None, closed="left")], text="""int
        Most sweeps over the units of a row in recall.""")
    tol: float = parameter(
        default=1e-4, constraint=[Interval(Real, 0, None, closed="left")], text="""float
        With ``interaction="exponential"``, a row is at rest when a sweep changes none of its
        numbers by more.""")
    random_state: int | np.random.RandomState | None = _OF_ROUNDS["random_state"]._replace(
        text="""int, RandomState instance or None
        Draws the orders of asynchronous updates, in `fit`: the same row is always recalled
        alike.""")
    verbose: bool | int = _OF_ROUNDS["verbose"]._replace(text="""bool or int
        Recall prints the share of the rows that are not at rest, as a loss: 2 draws a tqdm bar,
        True and any other positive number print a line per sweep.""")
    max_time: float | None = _OF_ROUNDS["max_time"]._replace(text="""float or None
        Recall begins no further sweep after so many seconds, and warns of rows that are not at rest
        then.""")
    dtype: str | None = _OF_ROUNDS["dtype"]._replace(text="""{"float32", "float64"} or None
        That of patterns and recalled states; `None` is X's where it is one of these, else float64.
        "float32" also computes ``interaction="exponential"`` in it, twice as fast; otherwise that
        is in float64. Two-valued units are computed exactly.""")
    n_jobs: int | None = _OF_ROUNDS["n_jobs"]._replace(text="""int or None
        Threads of recall, as of `MLPClassifier`; they do not change the result by a bit.""")
