"""Convolutional networks for classification."""

from __future__ import annotations

from ..._parameters import with_parameters
from ..base.classifier import BaseNeuralClassifier
from ..base.docs import documented
from .base import BaseConvNet
from .parameters import ConvNetClassifierParameters


@documented
@with_parameters
class ConvNetClassifier(ConvNetClassifierParameters, BaseNeuralClassifier, BaseConvNet):
    """Convolutional network classifier.

    X is an array of images, (n_samples, height, width, channels) or grey (n_samples, height,
    width), or flat with `image_shape`. Photographs, with values from 0 to 255 of any dtype, are
    divided by 255, batch by batch and never as a whole; for other values see `rescale`.

    By default the network is, for each of `filters`, a convolution, its activation and pooling;
    then dense layers of `hidden_layer_sizes` and the output layer, which follows from y.
    `architecture` names another one, or lists its layers. If these keep height and width, y may be
    masks of labels, (n_samples, height, width): each pixel is then classified, as in
    `NeuralNetClassifier`. Augmentations that move pixels raise an error with masks.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The class labels; of multilabel targets, the column numbers.
    rescale_ : float or None
        The factor that X is multiplied by before the first layer; None if X is not rescaled.
    {attributes}

    See Also
    --------
    ConvNetRegressor : The same networks for regression.
    NeuralNetClassifier : Any stack of layers.

    References
    ----------
    .. [1] LeCun, Y., Bottou, L., Bengio, Y. and Haffner, P. (1998). Gradient-based learning applied
       to document recognition. Proceedings of the IEEE 86.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skneural import ConvNetClassifier
    >>> X, y = load_digits().images / 16, load_digits().target
    >>> clf = ConvNetClassifier(filters=(8, 16), max_iter=2, random_state=0).fit(X, y)
    >>> clf.predict_proba(X[:2]).shape
    (2, 10)
    """

    _takes_masks = True
