"""The outputs of a layer of a network, as a transformer."""

from __future__ import annotations

import math
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import (
    BaseEstimator,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    _fit_context,
    clone,
)
from sklearn.frozen import FrozenEstimator
from sklearn.utils import get_tags
from sklearn.utils._param_validation import HasMethods, Interval
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import check_is_fitted

from ..._documentation_links import page_template
from ..._naming import suggesting
from ...data.checks import named
from .neural_net import NeuralNetClassifier
from .regressor import NeuralNetRegressor


@suggesting
class FeatureExtractor(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Transform samples to the outputs of a layer of a network.

    `fit` trains the network, unless it is already trained and wrapped in a
    :class:`~sklearn.frozen.FrozenEstimator`. The outputs are features for any estimator: nearest
    neighbours, a linear model, a clustering.

    Parameters
    ----------
    estimator : estimator or None, default=None
        The network: any estimator of this library that has layers, or one in a
        ``FrozenEstimator``, which `fit` does not change. `None` is a `NeuralNetClassifier`, or a
        `NeuralNetRegressor` if y is continuous, with default parameters.
    layer : str or int, default=-2
        Name of the layer, or its place: -1 is the output layer, -2 the one before.
    random_state : int, RandomState instance or None, default=None
        The network's `random_state`; `None` leaves the one it has.

    Attributes
    ----------
    estimator_ : estimator
        The fitted network.
    n_features_in_ : int
        The number of features seen in `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Their names, when X has names that are all strings.

    See Also
    --------
    NeuralNetClassifier.activations : The same in the shape of the layer's output.

    References
    ----------
    .. [1] Donahue, J. et al. (2014). DeCAF: a deep convolutional activation feature for generic
       visual recognition. ICML. :arxiv:`1310.1531`

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from sklearn.pipeline import make_pipeline
    >>> from skneural import FeatureExtractor, NeuralNetClassifier
    >>> from skneural.layers import Dense
    >>> X, y = load_digits(return_X_y=True)
    >>> net = NeuralNetClassifier([Dense(30, "relu"), ("code", Dense(8, "relu"))], max_iter=5)
    >>> FeatureExtractor(net, "code").fit_transform(X, y).shape
    (1797, 8)
    >>> knn = make_pipeline(FeatureExtractor(net, "code"), KNeighborsClassifier()).fit(X, y)
    """

    _doc_link_module = "skneural"
    _doc_link_template = property(lambda self: page_template())
    _parameter_constraints: dict = {
        "estimator": [HasMethods(["fit", "get_params"]), None],
        "layer": [str, Interval(Integral, None, None, closed="neither")],
        "random_state": ["random_state"],
    }

    def __init__(self, estimator=None, layer=-2, *, random_state=None):
        self.estimator = estimator
        self.layer = layer
        self.random_state = random_state

    @_fit_context(prefer_skip_nested_validation=False)
    def fit(
        self, X: ArrayLike, y: ArrayLike | None = None, sample_weight: ArrayLike | None = None
    ) -> FeatureExtractor:
        """Train the network, unless it is frozen.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features) or (n_samples, ...)
            The input data.
        y : array-like, default=None
            The targets of the network; ignored if it is frozen or an autoencoder.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples.

        Returns
        -------
        self : object
            The fitted transformer.

        Raises
        ------
        TypeError
            If the estimator has no method ``activations``.
        ValueError
            If it has no such layer, or cannot be trained with the data.
        """
        estimator = self._network(y)
        if not isinstance(estimator, FrozenEstimator):
            weight = {} if sample_weight is None else {"sample_weight": sample_weight}
            estimator.fit(X, y, **weight)
        network = _opened(estimator)
        with named(type(self).__name__):
            self._n_features_out = math.prod(network.get_layer(self.layer).output_shape)
        self.estimator_ = network
        for name in ("n_features_in_", "feature_names_in_"):
            if hasattr(network, name):
                setattr(self, name, getattr(network, name))
            elif hasattr(self, name):
                delattr(self, name)
        return self

    def transform(self, X: ArrayLike) -> np.ndarray:
        """Return the outputs of the layer for X.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features) or (n_samples, ...)
            The input data.

        Returns
        -------
        features : ndarray of shape (n_samples, n_features_out)
            The layer's outputs, those of each sample in one row.
        """
        check_is_fitted(self)
        features = self.estimator_.activations(X, self.layer)
        fitted = self.estimator_.get_layer(self.layer).output_shape
        if features.shape[1:] != fitted:
            raise ValueError(
                f"{type(self).__name__}: layer={self.layer!r} gives samples of shape"
                f" {features.shape[1:]} for this X, fitted with {fitted}; take a layer behind one"
                " that pools all positions, such as GlobalMaxPool"
            )
        return features.reshape(len(features), -1)

    def _network(self, y: Any) -> Any:
        """Return the network to train, or the frozen one."""
        if isinstance(self.estimator, type):
            raise TypeError(
                f"{type(self).__name__}: estimator={self.estimator!r} is a class; give an instance"
            )
        if self.estimator is None:
            continuous = y is not None and type_of_target(y).startswith("continuous")
            estimator: Any = NeuralNetRegressor() if continuous else NeuralNetClassifier()
        else:
            estimator = clone(self.estimator)
        if not hasattr(_opened(estimator), "activations"):
            raise TypeError(
                f"{type(self).__name__}: estimator={self.estimator!r} has no method activations;"
                " give a NeuralNetClassifier or its like"
            )
        if self.random_state is not None and not isinstance(estimator, FrozenEstimator):
            estimator.set_params(random_state=self.random_state)
        return estimator

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        estimator = NeuralNetClassifier() if self.estimator is None else self.estimator
        frozen = isinstance(estimator, FrozenEstimator)
        tags.input_tags.sparse = get_tags(estimator).input_tags.sparse
        tags.target_tags.required = not frozen and get_tags(estimator).target_tags.required
        tags.requires_fit = not frozen
        return tags


def _opened(estimator: Any) -> Any:
    return estimator.estimator if isinstance(estimator, FrozenEstimator) else estimator
