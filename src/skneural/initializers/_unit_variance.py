"""Weights whose outputs on data have unit variance."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.utils._param_validation import Interval

from ._base import Initializer, draw_normal


class UnitVariance(Initializer, name="unit_variance"):
    """Normal, each unit divided by the standard deviation of its outputs on training rows.

    The bias is minus a random convex combination of the unit's outputs on a few rows, so that the
    kink of its activation lies within the data. With both, the scale of the features hardly matters
    at the start. RealMLP [1]_ begins so, layer by layer, after layer-sequential unit variance [2]_
    and the initialisation of biases of [3]_.

    `Dense`, `Conv1D` and `Conv2D` do it, on up to 1,000 training rows, in the order of the layers:
    what a layer reads are the outputs of those before it, as in prediction. A row counts as often
    as its weight says. Other layers, and a
    unit whose outputs do not vary, keep the kernel as it is drawn, of variance ``1 / fan_in``.

    Parameters
    ----------
    n_points : int, default=5
        Rows that a bias is a combination of; 0 leaves it at zero.

    References
    ----------
    .. [1] Holzmüller, D., Grinsztajn, L. and Steinwart, I. (2024). Better by default: strong
       pre-tuned MLPs and boosted trees on tabular data. NeurIPS. arXiv:2407.04491.
    .. [2] Mishkin, D. and Matas, J. (2016). All you need is a good init. ICLR. arXiv:1511.06422.
    .. [3] Steinwart, I. (2019). A sober look at neural network initializations. arXiv:1903.11482.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skneural import NeuralNetClassifier
    >>> from skneural.layers import Dense
    >>> X, y = load_iris(return_X_y=True)
    >>> layers = [("hidden", Dense(5, initializer="unit_variance"))]
    >>> net = NeuralNetClassifier(layers, learning_rate_init=1e-12, max_iter=1, random_state=0)
    >>> net.fit(X, y).activations(X, "hidden").std(axis=0).round(6)
    array([1., 1., 1., 1., 1.])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "n_points": [Interval(Integral, 0, None, closed="left")]
    }
    reads_data = True

    def __init__(self, n_points: int = 5):
        self.n_points = n_points

    def kernel(
        self, fan_in: int, fan_out: int, random_state: np.random.RandomState
    ) -> NDArray[np.float64]:
        return draw_normal(1 / fan_in, fan_in, fan_out, random_state)

    def from_outputs(
        self, outputs: NDArray[np.float64], random_state: np.random.RandomState,
        weight: NDArray[np.float64] | None = None,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        centred = outputs - np.average(outputs, axis=0, weights=weight)
        deviation = np.sqrt(np.average(centred**2, axis=0, weights=weight))
        varies = deviation > 1e-12 * np.abs(outputs).max(axis=0, initial=0.0)
        factors = 1 / np.where(varies, deviation, 1.0)
        n_rows, units = outputs.shape
        if not (self.n_points and n_rows):
            return factors, np.zeros(units)
        shares_below = random_state.uniform(size=(self.n_points, units))
        points = _quantiles(outputs, weight, shares_below)
        shares = random_state.standard_exponential((self.n_points, units))
        return factors, -factors * (shares * points).sum(axis=0) / shares.sum(axis=0)

    @classmethod
    def examples(cls) -> list[Initializer]:
        return [cls(), cls(n_points=0)]


def _quantiles(
    outputs: NDArray[np.float64], weight: NDArray[np.float64] | None,
    shares: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the output of each unit that a share of the rows is below, of the shape of shares.

    So random shares draw rows, and the order of the rows does not matter.
    """
    n_rows, units = outputs.shape
    weight = np.ones(n_rows) if weight is None else weight
    found = np.empty_like(shares)
    for unit in range(units):
        order = np.argsort(outputs[:, unit], kind="stable")
        ends = np.cumsum(weight[order])
        places = np.searchsorted(ends, shares[:, unit] * ends[-1], side="right")
        found[:, unit] = outputs[order[np.minimum(places, n_rows - 1)], unit]
    return found
