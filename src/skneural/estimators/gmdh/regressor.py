"""GMDH for regression."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import RegressorMixin, _fit_context

from ..._parameters import with_parameters
from ...callbacks import with_callbacks
from .base import BaseGMDH
from .parameters import GMDHRegressorParameters


@with_parameters
class GMDHRegressor(GMDHRegressorParameters, RegressorMixin, BaseGMDH):
    """Regression by polynomials that choose their own structure (GMDH, polynomial networks).

    The group method of data handling [1]_ fits a small polynomial to each pair of inputs by least
    squares, and keeps those that predict rows best that they were not fitted on. Their outputs are
    the inputs of the next layer, until a layer is no better than those before. The result is a
    formula of the features that it needs.

    Each of several outputs has a formula of its own. The fit draws no random numbers. Features
    need no scaling. All numbers are computed in float64. Sparse X is read as a dense array, of a
    gigabyte at the most.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    layers_ : list of tuple
        The layers, without neurons that the output does not depend on. Each has ``inputs``, of
        shape (n_neurons, 2): the number of a feature, or the number of features plus that of a
        neuron; ``coefs``, of shape (n_neurons, n_terms), of 1, a, b, a b, a^2, b^2 or the first of
        these, in units of X and y; and ``criteria``, of shape (n_neurons,). Of features, and y,
        whose mean is more than 100 standard deviations from 0, they are for the difference from
        it. Empty for ``algorithm="combinatorial"`` and for constant y; for several outputs a list
        for each.
    n_layers_ : int
        The number of layers.
    support_ : ndarray of shape (`n_features_in_`,), dtype bool
        Which features the formula has.
    feature_importances_ : ndarray of shape (`n_features_in_`,)
        What each feature contributes, in shares of 1: the mean square of what setting it to its
        mean changes in the output.
    loss_ : float
        The best criterion, a mean over outputs.
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
    GMDHClassifier : The same for classes.
    sklearn.preprocessing.PolynomialFeatures : Terms for a linear model, all of them.

    Notes
    -----
    Ivakhnenko's multilayer algorithm discards the inputs after the first layer
    (``keep_inputs=False``). ``algorithm="combinatorial"`` with ``n_best`` is the search that
    [2]_ calls multilayered: it finds sums of terms of several features exactly, which polynomials
    of pairs, fitted one after the other, only come near to.

    References
    ----------
    .. [1] Ivakhnenko, A. G. (1971). Polynomial theory of complex systems. IEEE Transactions on
       Systems, Man, and Cybernetics, SMC-1(4), 364-378.
    .. [2] Madala, H. R. and Ivakhnenko, A. G. (1994). Inductive learning algorithms for complex
       systems modeling. CRC Press.

    Examples
    --------
    >>> import numpy as np
    >>> from skneural import GMDHRegressor
    >>> X = np.random.default_rng(0).normal(size=(100, 5))
    >>> y = X[:, 1] * X[:, 3] - 2 * X[:, 3] ** 2
    >>> reg = GMDHRegressor().fit(X, y)
    >>> reg.formula(4)
    'x1*x3 - 2*x3**2'
    """

    _target_range: tuple[np.ndarray, np.ndarray]

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self, X: ArrayLike, y: ArrayLike | None = None, sample_weight: ArrayLike | None = None
    ) -> GMDHRegressor:
        """Find a polynomial of X that predicts y.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The input data.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            The target values.
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
            y = np.asarray(data.y, dtype=np.float64)
            self._target_range = y.min(axis=0), y.max(axis=0)
            self._search(data, rounds, y.reshape(len(y), -1), y)
        return self

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Predict target values.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The input data.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs), dtype float64
            The predicted values.
        """
        found = self._outputs(X)
        low, high = self._target_range
        if np.ndim(low) == 0:
            found = found[:, 0]
        return np.clip(found, low, high) if self.clip_predictions else found

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
