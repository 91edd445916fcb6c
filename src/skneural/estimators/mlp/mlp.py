"""Multi-layer perceptrons, a superset of scikit-learn's."""

from __future__ import annotations

from ..._parameters import with_parameters
from ..base.classifier import BaseNeuralClassifier
from ..base.docs import documented
from ..base.regressor import BaseNeuralRegressor
from .base import BaseMLP
from .parameters import MLPClassifierParameters, MLPRegressorParameters


@documented
@with_parameters
class MLPClassifier(MLPClassifierParameters, BaseNeuralClassifier, BaseMLP):
    """Multi-layer perceptron classifier, a superset of scikit-learn's.

    With scikit-learn's parameters and the same `random_state` it is the same model up to rounding.
    The parameters after `max_fun` are additions to scikit-learn's, and `learning_rate` applies to
    every solver. ``solver="lbfgs"`` minimises the loss that is reported, with its own gradient.

    The layers of `get_layer` and `activations` are "dense_1", "normalization_1", "activation_1",
    "dropout_1", "dense_2" and so on, if present, and "output".

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
    MLPRegressor : The same networks for regression.

    References
    ----------
    .. [1] Hinton, G. E. (1989). Connectionist learning procedures. Artificial Intelligence 40.
    .. [2] Kingma, D. P. and Ba, J. (2015). Adam: a method for stochastic optimization. ICLR.
       :arxiv:`1412.6980`

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from skneural import MLPClassifier
    >>> X, y = make_classification(n_samples=100, random_state=1)
    >>> clf = MLPClassifier(max_iter=300, dropout=0.1, random_state=1).fit(X, y)
    >>> clf.predict_proba(X[:2]).shape
    (2, 2)
    """


@documented
@with_parameters
class MLPRegressor(MLPRegressorParameters, BaseNeuralRegressor, BaseMLP):
    """Multi-layer perceptron regressor, a superset of scikit-learn's.

    With scikit-learn's parameters and the same `random_state` it is the same model up to rounding.
    The parameters after `max_fun` are additions to scikit-learn's, and `learning_rate` applies to
    every solver. With several outputs and ``solver="lbfgs"``, scikit-learn follows the gradient of
    the sum over outputs while it reports their mean, and so minimises neither; here the gradient is
    that of the loss reported. The names of layers are those of `MLPClassifier`.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    {attributes}

    See Also
    --------
    MLPClassifier : The same networks for classification.

    References
    ----------
    .. [1] Hinton, G. E. (1989). Connectionist learning procedures. Artificial Intelligence 40.
    .. [2] Kingma, D. P. and Ba, J. (2015). Adam: a method for stochastic optimization. ICLR.
       :arxiv:`1412.6980`

    Examples
    --------
    >>> from sklearn.datasets import make_regression
    >>> from skneural import MLPRegressor
    >>> X, y = make_regression(n_samples=200, n_features=20, random_state=1)
    >>> reg = MLPRegressor(max_iter=2000, tol=0.1, random_state=1).fit(X, y)
    >>> reg.predict(X[:2]).shape
    (2,)
    """
