"""Deep belief nets."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..._parameters import with_parameters
from ..base.classifier import BaseNeuralClassifier
from ..base.docs import documented
from ..base.regressor import BaseNeuralRegressor
from .base import BaseDBN
from .dbn_parameters import DBNClassifierParameters, DBNRegressorParameters
from .generation import sampled


@documented
@with_parameters
class DBNClassifier(DBNClassifierParameters, BaseDBN, BaseNeuralClassifier):
    """Deep belief net classifier: a perceptron whose layers are pretrained without labels.

    Each hidden layer is trained as a restricted Boltzmann machine, the first on X and each other on
    the features of the one below [1]_, and then the whole net by backpropagation [2]_. Few labels
    are then enough where there are many rows: pass those without labels as ``X_unlabelled``. The
    first call of `partial_fit` pretrains on its rows.

    The parameters are those of `MLPClassifier`, and some of pretraining.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The class labels; of multilabel targets, the column numbers.
    rbms_ : list of BernoulliRBM or GaussianRBM
        The machines of the hidden layers, as pretraining left them; with
        ``fine_tuning="up_down"``, of those below the top one.
    pretraining_loss_curves_ : list of list of float
        For each machine, the mean squared error of reconstruction of some rows after each epoch; of
        a top machine with label units, the loss of the labels.
    generative_coefs_ : list of ndarray of shape (n_units, n_inputs)
        With ``fine_tuning="up_down"``, weights from each hidden layer below the top one to the
        layer below it.
    generative_intercepts_ : list of ndarray of shape (n_inputs,)
        Biases of the layers that are generated, the one below the top machine last.
    {attributes}

    See Also
    --------
    DBNRegressor : The same nets for regression.
    DeepBoltzmannMachine : Layers that are trained together, without labels.
    MLPClassifier : The same nets without pretraining.

    References
    ----------
    .. [1] Hinton, G. E., Osindero, S. and Teh, Y. (2006). A fast learning algorithm for deep belief
       nets. Neural Computation 18.
    .. [2] Hinton, G. E. and Salakhutdinov, R. R. (2006). Reducing the dimensionality of data with
       neural networks. Science 313.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skneural import DBNClassifier
    >>> X, y = load_digits(return_X_y=True)
    >>> net = DBNClassifier((64,), pretraining_max_iter=10, batch_size=20, random_state=0)
    >>> net.fit(X[:200] / 16, y[:200], X_unlabelled=X[200:] / 16).score(X / 16, y) > 0.8
    True
    """

    def sample(
        self,
        n_samples: int = 1,
        y: Any = None,
        random_state: Any = None,
        *,
        n_gibbs_steps: int = 500,
    ) -> np.ndarray:
        """Draw rows, of a class or of any: the net needs ``fine_tuning="up_down"``.

        Parameters
        ----------
        n_samples : int, default=1
        y : label or array-like of shape (n_samples,), default=None
            The class of all rows, or of each; None lets the net draw it.
        random_state : int, RandomState instance or None, default=None
        n_gibbs_steps : int, default=500
            Steps of Gibbs sampling of the top machine.

        Returns
        -------
        X : ndarray of shape (n_samples, n_features)
            Probabilities of being on, or for ``visible="gaussian"`` means.

        Raises
        ------
        ValueError
            If the net was fine-tuned by backpropagation, or y is not among ``classes_``.
        """
        return sampled(self, n_samples, y, random_state, n_gibbs_steps)


@documented
@with_parameters
class DBNRegressor(DBNRegressorParameters, BaseDBN, BaseNeuralRegressor):
    """Deep belief net regressor: a perceptron whose layers are pretrained without targets.

    Each hidden layer is trained as a restricted Boltzmann machine, the first on X and each other on
    the features of the one below [1]_, and then the whole net by backpropagation [2]_.

    The parameters are those of `MLPRegressor`, and some of pretraining.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    rbms_ : list of BernoulliRBM or GaussianRBM
        The machines of the hidden layers, as pretraining left them.
    pretraining_loss_curves_ : list of list of float
        For each machine, the mean squared error of reconstruction of some rows after each epoch.
    {attributes}

    See Also
    --------
    DBNClassifier : The same nets for classification.
    MLPRegressor : The same nets without pretraining.

    References
    ----------
    .. [1] Hinton, G. E., Osindero, S. and Teh, Y. (2006). A fast learning algorithm for deep belief
       nets. Neural Computation 18.
    .. [2] Hinton, G. E. and Salakhutdinov, R. R. (2006). Reducing the dimensionality of data with
       neural networks. Science 313.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from sklearn.preprocessing import minmax_scale
    >>> from skneural import DBNRegressor
    >>> X, y = load_diabetes(return_X_y=True)
    >>> net = DBNRegressor(
    ...     hidden_layer_sizes=(50,), pretraining_max_iter=5, solver="lbfgs", random_state=0
    ... )
    >>> net.fit(minmax_scale(X), y).score(minmax_scale(X), y) > 0.4
    True
    """
