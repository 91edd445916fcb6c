"""Any stack of layers as a regressor, image to image included."""

from __future__ import annotations

from ..._parameters import with_parameters
from ..base.docs import documented
from ..base.regressor import BaseNeuralRegressor
from .base import BaseLayered
from .parameters import LayeredParameters


@documented
@with_parameters
class NeuralNetRegressor(LayeredParameters, BaseNeuralRegressor, BaseLayered):
    """Any stack of layers as a regressor, from vectors to images and back.

    X is an array of two to five dimensions, (n_samples, ...), or flat with `input_shape`; its
    samples are the input of the first layer. Sparse X needs `Dense` as the first layer.
    y may have any shape, (n_samples, ...); predictions have the same.

    The output layer follows from y unless `layers` ends with it. If samples of y have more than one
    dimension, as images have, and outputs of the last layer too, their shapes have to be equal, up
    to a single channel, and the last layer is the output. A last `Dense` or `Activation` layer
    is the output where its activation is "identity" and its width is the number of outputs. In all
    other cases a dense layer, "output", is appended, and `Flatten` before it if needed. So
    ``layers=[]`` is a linear model, and ``Activation("identity")`` at the end makes any preceding
    layer of the right width the output, such as ``Dense(1, "tanh")``.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    output_shape_ : tuple of int
        Shape of a sample of y, ``()`` for one number.
    {attributes}

    See Also
    --------
    NeuralNetClassifier : Any stack of layers for classification.
    MLPRegressor : Dense layers by their sizes.

    Examples
    --------
    >>> from sklearn.datasets import make_regression
    >>> from skneural import NeuralNetRegressor
    >>> from skneural.layers import Dense
    >>> X, y = make_regression(n_samples=200, n_features=20, random_state=1)
    >>> reg = NeuralNetRegressor([Dense(50, "relu"), Dense(1)], tol=0.1, max_iter=2000)
    >>> reg.fit(X, y).predict(X[:2]).shape
    (2,)
    """

    _shaped_targets = True
