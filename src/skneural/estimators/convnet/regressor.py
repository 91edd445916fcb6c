"""Convolutional networks for regression."""

from __future__ import annotations

from ..._parameters import with_parameters
from ..base.docs import documented
from ..base.regressor import BaseNeuralRegressor
from .base import BaseConvNet
from .parameters import ConvNetParameters


@documented
@with_parameters
class ConvNetRegressor(ConvNetParameters, BaseNeuralRegressor, BaseConvNet):
    """Convolutional network regressor.

    X is an array of images, (n_samples, height, width, channels) or grey (n_samples, height,
    width), or flat with `image_shape`. Photographs, with values from 0 to 255 of any dtype, are
    divided by 255, batch by batch and never as a whole; for other values see `rescale`.

    By default the network is, for each of `filters`, a convolution, its activation and pooling;
    then dense layers of `hidden_layer_sizes` and the output layer, which follows from y.
    `architecture` names another one, or lists its layers. With a list y may have any shape,
    (n_samples, ...), as in `NeuralNetRegressor`; augmentation changes X only.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    output_shape_ : tuple of int
        Shape of a sample of y, ``()`` for one number.
    rescale_ : float or None
        The factor that X is multiplied by before the first layer; None if X is not rescaled.
    {attributes}

    See Also
    --------
    ConvNetClassifier : The same networks for classification.
    NeuralNetRegressor : Any stack of layers, images as targets included.

    References
    ----------
    .. [1] LeCun, Y., Bottou, L., Bengio, Y. and Haffner, P. (1998). Gradient-based learning applied
       to document recognition. Proceedings of the IEEE 86.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skneural import ConvNetRegressor
    >>> X = load_digits().images / 16
    >>> ink = X.mean(axis=(1, 2))
    >>> reg = ConvNetRegressor(filters=(8, 16), max_iter=2, random_state=0).fit(X, ink)
    >>> reg.predict(X[:2]).shape
    (2,)
    """

    _shaped_targets = True
