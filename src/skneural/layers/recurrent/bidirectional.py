"""Series read in both directions."""

from __future__ import annotations

from typing import Any, ClassVar

from sklearn.base import clone
from sklearn.utils._param_validation import StrOptions

from .._base import Layer, Shape
from ..composition.parallel import Parallel
from .base import Recurrent
from .lstm import LSTM


class Bidirectional(Parallel, name="bidirectional"):
    """A recurrent layer, and one like it that reads series from their ends.

    Without ``return_sequences``, the state after the last step is merged with the reading layer's
    state after the first.

    Parameters
    ----------
    layer : LSTM, GRU, SimpleRNN or JordanRNN
        The forward layer, whose parameters go by ``layer__name``.
    merge : {"concatenate", "add", "multiply", "average"}, default="concatenate"
        How the outputs of both are merged.

    References
    ----------
    .. [1] Schuster, M. and Paliwal, K. (1997). Bidirectional recurrent neural networks. IEEE
       Transactions on Signal Processing 45.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "layer": [Recurrent],
        "merge": [StrOptions({"concatenate", "add", "multiply", "average"})],
    }
    _items = "layer"
    _lists = ("layer",)

    def __init__(self, layer: Recurrent, merge: str = "concatenate"):
        self.layer = layer
        self.merge = merge

    def _parts(self, input_shape: Shape | None = None) -> list[tuple[str, Layer]]:
        backward = clone(self.layer).set_params(reverse=not self.layer.reverse)
        return [("forward", self.layer), ("backward", backward)]

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls(LSTM(3)), (4, 2)),
            (cls(LSTM(2, return_sequences=True), "add"), (3, 2)),
        ]
