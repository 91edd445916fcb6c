"""GMDH for classification."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import ClassifierMixin, _fit_context

from ..._parameters import with_parameters
from ...callbacks import with_callbacks
from ...data.class_weights import class_weights, row_weights
from ...data.targets import ClassTargets
from ..base.rounds import RoundsData
from .base import BaseGMDH
from .parameters import GMDHClassifierParameters

_LEAST = float(np.finfo(np.float64).eps)  # a probability, so that logarithms are finite


@with_parameters
class GMDHClassifier(GMDHClassifierParameters, ClassifierMixin, BaseGMDH):
    """Classification by polynomials that choose their own structure (GMDH, polynomial networks).

    A polynomial for each class is fitted by least squares to 1 for its rows and 0 for others, as
    in `GMDHRegressor`, of two classes to the second only. The greatest one predicts. So are
    several labels a row, 0 or 1 each; those above 1/2 are predicted.

    The fit draws no random numbers. Features need no scaling. All numbers are computed in float64.
    Sparse X is read as a dense array, of a gigabyte at the most.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The class labels; of several labels a row, their numbers.
    layers_ : list
        The layers, as of `GMDHRegressor`; of more than two classes, or several labels, a list for
        each.
    n_layers_ : int
        The number of layers, of all classes the greatest.
    support_ : ndarray of shape (`n_features_in_`,), dtype bool
        Which features any of the formulas has.
    feature_importances_ : ndarray of shape (`n_features_in_`,)
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
    _targets: ClassTargets

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self, X: ArrayLike, y: ArrayLike | None = None, sample_weight: ArrayLike | None = None
    ) -> GMDHClassifier:
        """Find a polynomial of X for each class.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The input data.
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            The class labels, or 0 and 1 for each of several labels.
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
            found = ClassTargets.learn(data.y, type(self).__name__)
            self._targets, self.classes_ = found, found.classes
            codes = found.encode(data.y, np.dtype(np.float64))
            if found.kind == "multiclass":
                targets = np.eye(len(found.classes))[codes[:, 0].astype(np.int64)]
            else:
                targets = codes
            strata = np.unique(codes, axis=0, return_inverse=True)[1].ravel()
            factor = self._class_factor(data)
            self._search(data, rounds, targets, strata.astype(np.float64), factor)
        return self

    def _class_factor(self, data: RoundsData) -> np.ndarray | None:
        """Return what `class_weight` multiplies the weights of rows by."""
        if self.class_weight is None:
            return None
        owner, y, weight = type(self).__name__, data.y, data.sample_weight
        weights = class_weights(self._targets, self.class_weight, y, weight, owner)
        factor = row_weights(self._targets, weights, y)
        if not (factor if weight is None else factor * weight).any():
            raise ValueError(f"{owner}: sample_weight times class_weight is zero for every row")
        return factor

    def decision_function(self, X: ArrayLike) -> np.ndarray:
        """Return the outputs of the polynomials.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The input data.

        Returns
        -------
        scores : ndarray of shape (n_samples,) or (n_samples, n_classes), dtype float64
            The outputs less 1/2: for two classes positive for ``classes_[1]``, for labels for those
            predicted; otherwise greatest for the predicted class.
        """
        outputs = self._outputs(X)
        return self._targets.decisions(outputs - 0.5)

    def predict(self, X: ArrayLike) -> Any:
        """Predict class labels.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The input data.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_labels)
            The predicted labels; a sparse matrix when fitted with one.
        """
        outputs = self._outputs(X)
        return self._targets.decode(outputs - 0.5)

    def predict_proba(self, X: ArrayLike) -> np.ndarray:
        """Predict the probability of each class.

        Outputs estimate probabilities by least squares, but may lie outside [0, 1], and those of
        classes may have another sum than 1: these are the nearest probabilities (Duchi 2008), which
        may be as small as 2e-16.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The input data.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes), dtype float64
            In the order of ``classes_``, or of the labels.
        """
        outputs = self._outputs(X)
        if self._targets.kind == "multiclass":
            return _nearest_probabilities(outputs)
        return self._targets.probabilities(np.clip(outputs, _LEAST, 1.0 - _LEAST))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags


def _nearest_probabilities(outputs: np.ndarray) -> np.ndarray:
    """Return the projection of each row onto the numbers from 0 that have the sum 1."""
    falling = -np.sort(-outputs, axis=1)
    counts = np.arange(1, outputs.shape[1] + 1)
    excess = (np.cumsum(falling, axis=1) - 1.0) / counts
    last = np.count_nonzero(falling > excess, axis=1) - 1
    return np.maximum(outputs - np.take_along_axis(excess, last[:, None], axis=1), _LEAST)
