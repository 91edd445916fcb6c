"""Piecewise-linear encoding of numbers on given edges of bins."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils._param_validation import Interval

from ...engine.plan import Buffer, Plan
from .._base import WEIGHT, Backward, Layer, Shape, Slot, Variable
from .._memory import copy_channels
from .._partial_sums import PartialSums
from .._rates import RATE_FACTOR, RateFactor
from ._features import check_flat
from .piecewise_kernels import (
    encode,
    encode_backward,
    map_codes,
    sum_map_gradients,
    through_map_backward,
)


class PiecewiseLinear(Layer, name="piecewise_linear"):
    """Encode each number by its place among the edges of bins.

    A bin's number is 1 above the bin, 0 below, and in it the share of its width below x. The first
    bin goes on below its lower edge, the last above its upper one, so that no number is cut off.
    With ``units`` a linear map of its own follows for each feature. The outputs are flat, feature
    by feature, and behind them the columns that pass through.

    Parameters
    ----------
    edges : array-like of shape (n_features, n_edges), or sequence of array-like
        Of each of the first columns: ascending edges, at least two, not of equal numbers. They are
        fixed; for instance quantiles of the column, or thresholds of a tree fitted to it. With
        ``n_features`` they are a single array, the edges of each of these columns.
    units : int or None, default=None
        Numbers for each feature; None for those of the bins themselves.
    n_features : int or None, default=None
        How many of the first columns share one array of edges.
    trainable : bool, default=True
        False freezes the maps.
    learning_rate_factor : float or dict of str to float, default=1.0
        Factor of the learning rate, of all variables or by their names: ``{"kernel": 0.1}``.

    References
    ----------
    .. [1] Gorishniy, Y., Rubachev, I. and Babenko, A. (2022). On embeddings for numerical features
       in tabular deep learning. NeurIPS. :arxiv:`2203.05556`

    Examples
    --------
    >>> import numpy as np
    >>> from skneural import NeuralNetRegressor
    >>> from skneural.layers import Dense, PiecewiseLinear
    >>> X = np.random.default_rng(0).gamma(1.0, size=(200, 2))
    >>> encoding = PiecewiseLinear(np.quantile(X, np.linspace(0, 1, 9), axis=0).T)
    >>> net = NeuralNetRegressor([encoding, Dense(16, "relu")], max_iter=5, random_state=0)
    >>> net.fit(X, X[:, 0]).get_layer("piecewiselinear").output_shape
    (16,)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "edges": ["array-like"],
        "units": [Interval(Integral, 1, None, closed="left"), None],
        "n_features": [Interval(Integral, 0, None, closed="left"), None],
        "trainable": ["boolean"],
        "learning_rate_factor": RATE_FACTOR,
    }

    def __init__(
        self, edges: ArrayLike | Sequence[ArrayLike], units: int | None = None, *,
        n_features: int | None = None,
        trainable: bool = True,
        learning_rate_factor: RateFactor = 1.0,
    ):  # fmt: skip
        self.edges = edges
        self.units = units
        self.n_features = n_features
        self.trainable = trainable
        self.learning_rate_factor = learning_rate_factor

    def _checked_edges(self) -> list[np.ndarray]:
        shared = self.n_features
        each: Any = self.edges if shared is None else [self.edges] * shared
        checked = [np.asarray(given, np.float64) for given in each]
        for j, edges in enumerate(checked):
            ascends = edges.ndim == 1 and edges.size > 1 and np.isfinite(edges).all()
            if not (ascends and (np.diff(edges) > 0).all()):
                raise ValueError(
                    f"PiecewiseLinear: the edges of feature {j} are not two or more ascending,"
                    " finite numbers; np.unique sorts them and leaves out equal ones"
                )
        return checked

    def output_shape(self, input_shape: Shape) -> Shape:
        edges = self._checked_edges()
        check_flat(input_shape, len(edges), "PiecewiseLinear")
        n_bins = sum(len(each) - 1 for each in edges)
        n_encoded = n_bins if self.units is None else len(edges) * self.units
        return (input_shape[0] - len(edges) + n_encoded,)

    def variables(self, input_shape: Shape) -> list[Variable]:
        edges = self._checked_edges()
        if self.units is None or not edges:
            return []
        n_bins = sum(len(each) - 1 for each in edges)
        return [
            Variable("kernel", (n_bins, self.units), WEIGHT),
            Variable("bias", (len(edges), self.units)),
        ]

    def initialize(self, values, random_state, activation):
        if not values:
            return
        begin = 0
        for j, edges in enumerate(self._checked_edges()):
            end, bound = begin + len(edges) - 1, (len(edges) - 1) ** -0.5
            kernel = values["kernel"][begin:end]
            kernel[...] = random_state.uniform(-bound, bound, kernel.shape)
            values["bias"][j] = random_state.uniform(-bound, bound, self.units)
            begin = end

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        edges = self._checked_edges()
        n_features, n_encoded = len(edges), sum(len(each) - 1 for each in edges)
        if not n_features:
            return inputs, lambda gradient, wanted: gradient
        fields = _bins(plan, edges)
        is_mapped = self.units is not None
        width = n_features * (self.units or 0) if is_mapped else n_encoded
        rest = inputs.columns - n_features
        outputs = plan.buffer((width + rest,))
        codes = plan.buffer((n_encoded,)) if is_mapped else outputs
        plan.by_rows(encode, x=inputs, codes=codes, n_features=n_features, **fields)
        sizes = {"starts": fields["starts"], "n_features": n_features, "units": self.units or 0}
        if is_mapped:
            plan.by_rows(map_codes, codes=codes, kernel=slots["kernel"], bias=slots["bias"],
                         y=outputs, **sizes)
            plan.flops += 2 * plan.batch_size * slots["kernel"].values.size
        if rest:
            copy_channels(plan, inputs, n_features, outputs, width, rest)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            if is_mapped and slots["kernel"].trained:
                plan.by_rows(sum_map_gradients, gradient=gradient, codes=codes,
                             of_kernel=PartialSums.of(plan, slots["kernel"]),
                             of_bias=PartialSums.of(plan, slots["bias"]), **sizes)
            if not wanted:
                return None
            result = plan.buffer(inputs.shape)
            back, of_map = encode_backward, {}
            if is_mapped:
                back, of_map = through_map_backward, {"kernel": slots["kernel"], **sizes}
            plan.by_rows(back, gradient=gradient, x=inputs, result=result,
                         **{"n_features": n_features, **fields, **of_map})
            if rest:
                copy_channels(plan, gradient, width, result, n_features, rest)
            return result

        return outputs, backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        edges = [[-1.0, -0.3, 0.4, 1.5], [0.1, 0.7], [-2.0, 0.0, 2.0]]
        return [
            (cls(edges), (3,)), (cls(edges[:2]), (4,)), (cls(edges, 2), (5,)),
            (cls([np.linspace(-2, 2, 20)], 17, trainable=False), (1,)),
            (cls([-1.0, 0.2, 1.5], 2, n_features=2), (3,)),
        ]  # fmt: skip


def _bins(plan, edges):
    """Return the fields of kernels: where bins begin, lower edges and inverse widths of each."""
    starts = plan.memory(len(edges) + 1, np.int64)
    starts[:] = np.cumsum([0, *(len(each) - 1 for each in edges)])
    lower, inverse = plan.memory(starts[-1]), plan.memory(starts[-1])
    lower[:] = np.concatenate([each[:-1] for each in edges])
    inverse[:] = np.concatenate([1 / np.diff(each) for each in edges])
    return {"starts": starts, "lower": lower, "inverse": inverse}
