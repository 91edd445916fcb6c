"""Recurrent networks for classification."""

from __future__ import annotations

from functools import partial

from ..._parameters import with_parameters
from ...data.step_rules import StepLabelRules
from ...data.target_rules import ClassRules
from ..base.classifier import BaseNeuralClassifier
from ..base.docs import documented
from .base import BaseRecurrent, n_steps
from .parameters import RecurrentClassifierParameters


@documented
@with_parameters
class RecurrentClassifier(RecurrentClassifierParameters, BaseNeuralClassifier, BaseRecurrent):
    """Recurrent network classifier.

    X is an array of series, (n_samples, time, features), or a list of arrays (time_i, features),
    whose lengths may differ; arrays of one dimension have one feature a step, and series may be
    filled up with steps of NaN. A table is flat series, see `series_shape`. Neither the lengths of
    other series nor a padding change a result. Series to predict may have other lengths than those
    of the fit.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The class labels; of multilabel targets, the column numbers.
    input_shape_ : tuple of int
        Time, as long as the longest series needs, and features.
    feature_scale_ : SeriesScale
        With `normalize`: ``mean``, ``variance`` and ``scale`` of each feature.
    {attributes}

    See Also
    --------
    RecurrentRegressor : The same networks for regression.
    NeuralNetClassifier : Any stack of layers.

    References
    ----------
    .. [1] Hochreiter, S. and Schmidhuber, J. (1997). Long short-term memory. Neural Computation 9.
    .. [2] Cho, K. et al. (2014). Learning phrase representations using RNN encoder-decoder for
       statistical machine translation. arXiv:1406.1078.
    .. [3] Schuster, M. and Paliwal, K. (1997). Bidirectional recurrent neural networks. IEEE
       Transactions on Signal Processing 45.

    Examples
    --------
    >>> import numpy as np
    >>> from skneural import RecurrentClassifier
    >>> random = np.random.RandomState(0)
    >>> X = [random.normal(size=(length, 2)) for length in random.randint(3, 9, 40)]
    >>> y = np.array([series[-1, 0] > 0 for series in X])
    >>> net = RecurrentClassifier("gru", (8,), max_iter=2, random_state=0).fit(X, y)
    >>> net.predict(X[:3]).shape
    (3,)
    """

    def _target_rules(self) -> ClassRules:
        if self.pooling is not None:
            return super()._target_rules()
        return StepLabelRules(
            type(self).__name__, self.class_weight, self.warm_start, partial(n_steps, self)
        )
