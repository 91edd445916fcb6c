"""Any stack of layers as a classifier."""

from __future__ import annotations

from ..._parameters import with_parameters
from ..base.classifier import BaseNeuralClassifier
from ..base.docs import documented
from .base import BaseLayered
from .parameters import NeuralNetClassifierParameters


@documented
@with_parameters
class NeuralNetClassifier(NeuralNetClassifierParameters, BaseNeuralClassifier, BaseLayered):
    """Any stack of layers as a classifier.

    X is an array of two to five dimensions, (n_samples, ...), or flat with `input_shape`; its
    samples are the input of the first layer. Sparse X needs `Dense` as the first layer.

    The output layer follows from y unless `layers` ends with it. A last `Dense` or `Activation`
    layer is the output if its activation is "softmax", with an output per class, also of two
    classes; or if it is "identity" or, with two classes or several labels, "logistic", and its
    width is the number of outputs: 1 for two classes, else that of the classes or labels. The
    loss then applies its activation. In all other cases a dense layer, "output", is appended,
    and `Flatten` before it if needed. So ``layers=[]`` is a linear model, and
    ``Activation("identity")`` at the end makes any preceding layer of the right width the output.

    y may be masks of labels, (n_samples, height, width) or of any shape with two dimensions or more
    after the first. Each pixel is then classified: `layers` have to end with the shape of a mask
    and any number of channels. The last layer is the output where it is a convolution or
    `Activation` with "identity" or "softmax" and a channel for each class; else a convolution of
    one pixel, "output", is appended. The loss is the mean over the pixels of an image.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The class labels; of multilabel targets, the column numbers.
    {attributes}

    See Also
    --------
    NeuralNetRegressor : Any stack of layers for regression.
    MLPClassifier : Dense layers by their sizes.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skneural import NeuralNetClassifier
    >>> from skneural.layers import Dense, Dropout
    >>> X, y = load_digits(return_X_y=True)
    >>> clf = NeuralNetClassifier(
    ...     [("hidden", Dense(64, "relu")), ("dropout", Dropout(0.2))],
    ...     solver="adam", max_iter=5, random_state=0,
    ... )
    >>> clf.set_params(hidden__units=32, dropout="passthrough").fit(X, y).predict(X).shape
    (1797,)
    >>> clf.get_layer("hidden").weights["kernel"].shape
    (64, 32)
    """

    _takes_masks = True
