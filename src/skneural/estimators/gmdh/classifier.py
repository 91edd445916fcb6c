"""GMDH for classification."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import ClassifierMixin, _fit_context

from ..._parameters import with_parameters
from ...callbacks import with_callbacks
from ...data.targets import ClassTargets
from .base import BaseGMDH
from .parameters import GMDHClassifierParameters


@with_parameters
class GMDHClassifier(GMDHClassifierParameters, ClassifierMixin, BaseGMDH):
    """Classification by polynomials that choose their own structure (GMDH, polynomial networks).

    A polynomial for each class is fitted by least squares to 1 for its rows and 0 for others, as
    in `GMDHRegressor`, of two classes to the second only. The greatest one predicts.

    The fit draws no random numbers. Features need no scaling. All numbers are computed in float64.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The class labels.
    layers_ : list
        The layers, as of `GMDHRegressor`; of more than two classes a list for each.
    n_layers_ : int
        The number of layers, of all classes the greatest.
    support_ : ndarray of shape (n_features_in_,), dtype bool
        Which features any of the formulas has.
    feature_importances_ : ndarray of shape (n_features_in_,)
        What each feature contributes, in shares of 1: the mean square of what setting it to its
        mean changes in the output, a mean over classes.
    loss_ : float
        The best criterion, a mean over classes.
    loss_curve_ : list of float
        The best criterion so far after each layer.
    n_iter_ : int
        The number of layers that were tried.
    n_features_in_ : int
        The number of features seen in `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Their names, when X has names that are all strings.

    See Also
    --------
    GMDHRegressor : The same for numbers.

    References
    ----------
    .. [1] Ivakhnenko, A. G. (1971). Polynomial theory of complex systems. IEEE Transactions on
       Systems, Man, and Cybernetics, SMC-1(4), 364-378.
    .. [2] Duchi, J., Shalev-Shwartz, S., Singer, Y. and Chandra, T. (2008). Efficient projections
       onto the l1-ball for learning in high dimensions. ICML. (`predict_proba`)

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skneural import GMDHClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> clf = GMDHClassifier().fit(X, y)
    >>> clf.score(X, y) > 0.95
    True
    """

    _numeric_targets = False
    classes_: np.ndarray

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> GMDHClassifier:
        """Find a polynomial of X for each class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The input data.
        y : array-like of shape (n_samples,)
            The class labels.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples, none negative.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        ValueError
            For invalid data or parameters, or if a part of the rows has fewer than two different
            ones; the estimator is then not changed.
        KeyboardInterrupt
            On Ctrl-C before the first layer was complete; later, it ends the fit with a warning.

        Warns
        -----
        UserWarning
            If a part of the rows has fewer different ones than a polynomial has coefficients.
        """
        with self._rounds(X, y, sample_weight) as (data, rounds):
            if data.y.ndim > 1:
                raise ValueError(
                    f"{type(self).__name__}: y of shape {data.y.shape} has several columns; use"
                    " sklearn.multioutput.MultiOutputClassifier"
                )
            found = ClassTargets.learn(data.y, type(self).__name__)
            self.classes_ = found.classes
            codes = np.searchsorted(found.classes, data.y)
            targets = np.eye(len(found.classes))[codes]
            used = slice(1, None) if len(found.classes) == 2 else slice(None)
            self._search(data, rounds, targets[:, used], codes.astype(np.float64))
        return self

    def decision_function(self, X: ArrayLike) -> np.ndarray:
        """Return the outputs of the polynomials.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The input data.

        Returns
        -------
        scores : ndarray of shape (n_samples,) or (n_samples, n_classes), dtype float64
            For two classes the output less 1/2, positive for ``classes_[1]``; otherwise greatest
            for the predicted class.
        """
        outputs = self._outputs(X)
        return outputs if len(self.classes_) > 2 else outputs[:, 0] - 0.5

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Predict class labels.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The input data.

        Returns
        -------
        y : ndarray of shape (n_samples,)
            The predicted labels.
        """
        outputs = self._outputs(X)
        if len(self.classes_) == 2:
            return self.classes_[(outputs[:, 0] > 0.5).astype(np.int64)]
        return self.classes_[outputs.argmax(axis=1)]

    def predict_proba(self, X: ArrayLike) -> np.ndarray:
        """Predict the probability of each class.

        Outputs estimate probabilities by least squares, but may lie outside [0, 1] and have
        another sum than 1: these are the nearest probabilities [2]_, which may be exactly 0.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The input data.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes), dtype float64
            In the order of ``classes_``.
        """
        outputs = self._outputs(X)
        if len(self.classes_) == 2:
            of_second = np.clip(outputs[:, 0], 0.0, 1.0)
            return np.column_stack([1.0 - of_second, of_second])
        return _nearest_probabilities(outputs)


def _nearest_probabilities(outputs: np.ndarray) -> np.ndarray:
    """Return the projection of each row onto the numbers from 0 that have the sum 1."""
    falling = -np.sort(-outputs, axis=1)
    counts = np.arange(1, outputs.shape[1] + 1)
    excess = (np.cumsum(falling, axis=1) - 1.0) / counts
    last = np.count_nonzero(falling > excess, axis=1) - 1
    return np.maximum(outputs - np.take_along_axis(excess, last[:, None], axis=1), 0.0)
