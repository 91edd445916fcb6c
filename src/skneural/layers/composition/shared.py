"""The same layer at another place, with the same weights."""

from __future__ import annotations

from typing import Any, ClassVar

from .._base import Layer, Shape
from ..activation.activation import Activation
from ..convolution.conv2d import Conv2D
from ..dense.dense import Dense
from ..normalization.batch_norm import BatchNorm
from ..pooling.pool import AvgPool, GlobalAvgPool
from .parallel import Parallel
from .reference import Reference
from .residual import Residual
from .sequential import Sequential


class Shared(Reference, name="shared"):
    """Another layer of the network, reused with the same weights.

    The layer, or the block of layers, is found by its name. It has one set of weights, which get
    the sum of the gradients of all its places, and one update. Bromley et al. 1993, "Signature
    verification using a 'siamese' time delay neural network".

    Parameters
    ----------
    layer : str
        Name of the layer, as given in a pair ``(name, layer)``; of the layers of an estimator also
        the name that ``summary()`` shows. It is searched in the same list of layers and within it,
        then in the enclosing list, and so on. If it is ambiguous, select the layer by its path,
        names joined by dots: ``"left.encoder"``. The layer may come later.

    Notes
    -----
    The weights are drawn, and shown in ``weights_``, at the place of the layer itself. They have to
    fit the samples at every place. Random numbers, as of `Dropout`, differ between places. In the
    running statistics of a `BatchNorm` each place counts as a batch.

    Examples
    --------
    A siamese network that reads images at full and at half resolution:

    >>> from skneural import NeuralNetClassifier
    >>> from skneural.layers import AvgPool, Conv2D, GlobalAvgPool, Parallel, Shared
    >>> siamese = Parallel([
    ...     ("whole", [("encoder", Conv2D(8, 3, "relu")), GlobalAvgPool()]),
    ...     ("half", [AvgPool(2), Shared("encoder"), GlobalAvgPool()]),
    ... ])
    >>> siamese.output_shape((8, 8, 1))
    (16,)
    >>> from sklearn.datasets import load_digits
    >>> digits = load_digits()
    >>> net = NeuralNetClassifier([siamese], max_iter=2, random_state=0)
    >>> net.fit(digits.images[..., None], digits.target).weights_["parallel"].keys()
    dict_keys(['whole.encoder.kernel', 'whole.encoder.bias'])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {"layer": [str]}

    def __init__(self, layer: str):
        self.layer = layer

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        tanh, encoder = Activation("tanh"), [("norm", BatchNorm()), Dense(3, "tanh")]
        return [
            (Sequential([("a", Dense(5, "tanh")), cls("a"), cls("a")]), (5,)),
            (Sequential([cls("later"), tanh, ("later", Dense(4))]), (4,)),
            (Parallel([("a", [("encoder", Dense(4))]), [tanh, cls("encoder")]], "add"), (5,)),
            (Parallel([("a", encoder), [tanh, cls("a")]], "multiply"), (4,)),
            (Residual([("a", Conv2D(2, padding="same")), BatchNorm(), tanh, cls("a")]), (4, 3, 2)),
            (Parallel([[("a", Conv2D(3, 2)), GlobalAvgPool()],
                       [AvgPool(2), cls("a"), GlobalAvgPool()]]), (6, 4, 2)),
        ]
