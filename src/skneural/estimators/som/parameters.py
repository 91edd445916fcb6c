"""The parameters of self-organizing maps."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils._param_validation import Interval, StrOptions

from ..._parameters import parameter, parameter_group
from ..base.parameters import RoundsParameters

_POSITIVE = Interval(Real, 0, None, closed="neither")
_RATE = Interval(Real, 0, 1, closed="right")


@parameter_group
class MapParameters(RoundsParameters):
    """Parameters of self-organizing maps."""

    shape: Sequence[int] | np.ndarray = parameter(
        default=(10, 10), constraint=["array-like"], kw_only=False,
        text="""tuple of two int
        Rows and columns of units. 5 sqrt(n_samples) units are a common size.""")
    topology: str = parameter(
        default="rectangular", constraint=[StrOptions({"rectangular", "hexagonal"})],
        text="""{"rectangular", "hexagonal"}
        How the units lie: a rectangular one has eight neighbors, a hexagonal one six, where each
        second row is moved by half a column.""")
    toroidal: bool = parameter(
        default=False, constraint=["boolean"], text="""bool
        Whether opposite edges of the map meet.""")
    initialization: str | ArrayLike = parameter(
        default="pca", constraint=[StrOptions({"pca", "random"}), "array-like"],
        text="""{"pca", "random"} or array-like of shape (n_rows, n_columns, n_features)
        The first codebook: a plane along the first two principal components, the first one along
        the map's longer side, "random" rows of X, or the given one.""")
    algorithm: str = parameter(
        default="batch", constraint=[StrOptions({"batch", "online"})],
        text="""{"batch", "online"}
        "batch" makes each unit the mean of all rows, weighted by neighborhood, once a round.
        "online" moves units toward one row after another, in a new random order each round.""")
    neighborhood: str = parameter(
        default="gaussian", constraint=[StrOptions({"gaussian", "bubble", "triangle"})],
        text="""{"gaussian", "bubble", "triangle"}
        The weight of units at a distance d on the map for a radius r: ``exp(-2 * d**2 / r**2)``,
        whose standard deviation is half of the radius; 1 for ``d <= r``; or ``1 - d / r`` as far
        as that is positive.""")
    radius: float | None = parameter(
        default=None, constraint=[_POSITIVE, None], text="""float or None
        The first round's radius, in units; `None` is half of the map's longer side.""")
    radius_end: float = parameter(
        default=1.0, constraint=[_POSITIVE], text="""float
        The radius reached after three quarters of `max_iter`, and kept. The smaller it is, the
        smaller is the quantization error, and the greater the topographic error.""")
    decay: str = parameter(
        default="exponential", constraint=[StrOptions({"exponential", "linear"})],
        text="""{"exponential", "linear"}
        How radius and learning rate fall from round to round.""")
    learning_rate_init: float = parameter(
        default=0.5, constraint=[_RATE], text="""float in (0, 1]
        The first round's share of the way that "online" moves a row's nearest unit.""")
    learning_rate_end: float = parameter(
        default=0.01, constraint=[_RATE], text="""float in (0, 1]
        That of round `max_iter`, and of `partial_fit` after it.""")
    metric: str = parameter(
        default="euclidean", constraint=[StrOptions({"euclidean", "cosine"})],
        text="""{"euclidean", "cosine"}
        What the nearest unit is by. "cosine" looks at directions alone: rows and units have the
        length 1, and distances are 1 minus the cosine.""")
    max_iter: int = parameter(default=50)
    tol: float = parameter(
        default=1e-4, constraint=[Interval(Real, 0, None, closed="left")], after="max_iter",
        text="""float
        Rounds of "batch" end early when the radius is the last one and the quantization error is
        not better by more than this share of it. With 0 they end only when no row changes its
        unit, which ends them too.""")
