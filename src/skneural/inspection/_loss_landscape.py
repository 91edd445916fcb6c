"""The loss around the weights of a trained network."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import Bunch, check_random_state

from .._naming import did_you_mean
from .._whole_numbers import is_whole
from ..data.reader import DataReader
from ..data.rows import Rows
from ..data.scaled_targets import ScaledTargets
from ..estimators.base.predictor import predictor
from ..network.landscape import LossSurface
from ._checks import layered

_INSTEAD = "give an estimator that trains a network by the gradient of a loss"
STATISTICS = ("batch", "running")


def loss_landscape(
    estimator: Any, X: ArrayLike, y: ArrayLike | None = None, *, n_dimensions: int = 2,
    n_points: int = 25, extent: float = 1.0, statistics: str = "batch",
    random_state: int | np.random.RandomState | None = None,
) -> Bunch:
    """Return the loss of a fitted estimator around its weights, along random directions.

    A direction is drawn from the normal distribution, and each of its filters, what leads to one
    output of a kernel, gets the norm of that filter of the weights (Li et al. 2018), so that
    networks with weights of other sizes can be compared. Biases and the variables of normalization
    stay as they are. At a distance of 1, weights and direction have the same norm.

    Parameters
    ----------
    estimator : estimator
        With layers, fitted. Of an ensemble, the first network.
    X : array-like of shape (n_samples, n_features) or (n_samples, ...)
        Rows whose mean loss is computed; a few hundred do.
    y : array-like of shape (n_samples,) or (n_samples, n_outputs), default=None
        Their targets; None for an autoencoder.
    n_dimensions : {1, 2}, default=2
        How many directions.
    n_points : int, default=25
        Points along each direction; an odd number has the weights themselves among them.
    extent : float, default=1.0
        The farthest points, on either side.
    statistics : {"batch", "running"}, default="batch"
        Whether batch normalization uses those of the rows at each point, as in training, or the
        running ones of the fitted weights, as in prediction.
    random_state : int, RandomState instance or None, default=None
        Draws the directions.

    Returns
    -------
    landscape : Bunch
        ``losses``, ndarray of shape (n_points,) or (n_points, n_points), infinite where numbers
        overflow; ``steps``, ndarray of shape (n_points,), the distances along each direction;
        ``loss``, float, at the weights.

    Raises
    ------
    TypeError
        If the estimator has no layers.
    ValueError
        If X and y do not fit the estimator, or an argument is out of its range.
    NotFittedError
        If the estimator is not fitted.

    References
    ----------
    .. [1] Li, H. et al. (2018). Visualizing the loss landscape of neural nets. NeurIPS.
       :arxiv:`1712.09913`

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skneural import MLPClassifier
    >>> from skneural.inspection import loss_landscape
    >>> X, y = load_digits(return_X_y=True)
    >>> mlp = MLPClassifier(max_iter=5, random_state=0).fit(X, y)
    >>> loss_landscape(mlp, X[:200], y[:200], n_points=5).losses.shape
    (5, 5)
    """
    owner = "loss_landscape"
    layered(estimator, owner, _INSTEAD)
    if n_dimensions not in (1, 2):
        raise ValueError(f"{owner}: n_dimensions={n_dimensions!r} must be 1 or 2")
    if not is_whole(n_points, least=2):
        raise ValueError(f"{owner}: n_points={n_points!r} must be an integer, at least 2")
    if isinstance(extent, bool) or not isinstance(extent, Real) or not 0 < extent < np.inf:
        raise ValueError(f"{owner}: extent={extent!r} must be a positive number")
    if statistics not in STATISTICS:
        raise ValueError(
            f"{owner}: statistics={statistics!r} must be one of {', '.join(STATISTICS)}."
            f"{did_you_mean(str(statistics), STATISTICS)}"
        )
    try:
        random = check_random_state(random_state)
    except ValueError as error:
        raise ValueError(
            f"{owner}: random_state={random_state!r} must be an int, a RandomState or None"
        ) from error
    network = predictor(estimator)
    rows = _rows(estimator, X, y, network.dtype)
    surface = LossSurface(
        network, rows.X, rows.y, rows.loss_weight, n_jobs=estimator.n_jobs,
        batch_statistics=statistics == "batch",
    )
    directions = surface.directions(n_dimensions, random)
    steps = np.linspace(-extent, extent, n_points)
    middle = surface.losses(directions[:1], [np.zeros(1)])
    losses = surface.losses(directions, [steps] * n_dimensions)
    return Bunch(losses=losses, steps=steps, loss=float(middle[0]))


def _rows(estimator: Any, X: Any, y: Any, dtype: np.dtype) -> Rows:
    """Return rows as the network of a fitted estimator is trained on them."""
    samples, targets = estimator._samples(), estimator._targets
    reader = DataReader(samples, estimator._target_rules())
    rows = reader.more_rows(X, y, None, targets, dtype, "X and y")
    rows, _ = samples.prepare(rows, None, dtype=dtype, first=False)
    return targets.scaled(rows, dtype) if isinstance(targets, ScaledTargets) else rows
