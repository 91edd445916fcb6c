"""Multi-layer perceptrons: scikit-learn's, and what it does not have."""

from __future__ import annotations

from ..base.classifier import CLASSIFIER_CONSTRAINTS, BaseNeuralClassifier
from ..base.docs import documented
from ..base.regressor import REGRESSOR_CONSTRAINTS, BaseNeuralRegressor
from .base import BaseMLP


@documented
class MLPClassifier(BaseNeuralClassifier, BaseMLP):
    """Multi-layer perceptron classifier, a superset of scikit-learn's.

    With scikit-learn's parameters and the same `random_state` it is the same model to rounding.
    The parameters after `max_fun` are beyond scikit-learn's, and `learning_rate` acts on every
    solver. ``solver="lbfgs"`` minimises the loss that is reported, with its own gradient.

    `get_layer` and `activations` know the layers as "dense_1", "normalization_1", "activation_1",
    "dropout_1", "dense_2" and so on, those there are, and "output".

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

    _documentation = {
        "loss": """\
{"log_loss", "hinge"} or Loss, default="log_loss"
    "log_loss" gives probabilities; "hinge" is the multiclass (Crammer-Singer) or binary margin
    loss, without `predict_proba`."""
    }
    _parameter_constraints: dict = {
        **BaseMLP._parameter_constraints,
        **CLASSIFIER_CONSTRAINTS,
    }

    def __init__(
        self,
        hidden_layer_sizes=(100,),
        activation="relu",
        *,
        solver="adam",
        alpha=0.0001,
        batch_size="auto",
        learning_rate="constant",
        learning_rate_init=0.001,
        power_t=0.5,
        max_iter=200,
        shuffle=True,
        random_state=None,
        tol=1e-4,
        verbose=False,
        warm_start=False,
        momentum=0.9,
        nesterovs_momentum=True,
        early_stopping=False,
        validation_fraction=0.1,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-8,
        n_iter_no_change=10,
        max_fun=15000,
        loss="log_loss",
        class_weight=None,
        dropout=0.0,
        normalization=None,
        weight_decay=None,
        label_smoothing=0.0,
        max_grad_norm=None,
        initializer="sklearn",
        initial_encoder=None,
        scoring=None,
        restore_best_weights=True,
        target_loss=None,
        max_time=None,
        dtype=None,
        n_jobs=None,
    ):
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change
        self.max_fun = max_fun
        self.loss = loss
        self.class_weight = class_weight
        self.dropout = dropout
        self.normalization = normalization
        self.weight_decay = weight_decay
        self.label_smoothing = label_smoothing
        self.max_grad_norm = max_grad_norm
        self.initializer = initializer
        self.initial_encoder = initial_encoder
        self.scoring = scoring
        self.restore_best_weights = restore_best_weights
        self.target_loss = target_loss
        self.max_time = max_time
        self.dtype = dtype
        self.n_jobs = n_jobs


@documented
class MLPRegressor(BaseNeuralRegressor, BaseMLP):
    """Multi-layer perceptron regressor, a superset of scikit-learn's.

    With scikit-learn's parameters and the same `random_state` it is the same model to rounding.
    The parameters after `max_fun` are beyond scikit-learn's, and `learning_rate` acts on every
    solver. With several outputs and ``solver="lbfgs"``, scikit-learn follows the gradient of the
    sum over outputs while it reports their mean, and so minimises neither; here the gradient is
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

    _documentation = {
        "loss": """\
str or Loss, default="squared_error"
    "squared_error", "poisson" (for y >= 0, predicts through exp), "absolute_error", "huber",
    "quantile", or an instance from `skneural.losses` such as ``Quantile(0.9)``."""
    }
    _parameter_constraints: dict = {
        **BaseMLP._parameter_constraints,
        **REGRESSOR_CONSTRAINTS,
    }

    def __init__(
        self,
        loss="squared_error",
        hidden_layer_sizes=(100,),
        activation="relu",
        *,
        solver="adam",
        alpha=0.0001,
        batch_size="auto",
        learning_rate="constant",
        learning_rate_init=0.001,
        power_t=0.5,
        max_iter=200,
        shuffle=True,
        random_state=None,
        tol=1e-4,
        verbose=False,
        warm_start=False,
        momentum=0.9,
        nesterovs_momentum=True,
        early_stopping=False,
        validation_fraction=0.1,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-8,
        n_iter_no_change=10,
        max_fun=15000,
        dropout=0.0,
        normalization=None,
        weight_decay=None,
        max_grad_norm=None,
        initializer="sklearn",
        initial_encoder=None,
        scoring=None,
        restore_best_weights=True,
        target_loss=None,
        max_time=None,
        dtype=None,
        n_jobs=None,
    ):
        self.loss = loss
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change
        self.max_fun = max_fun
        self.dropout = dropout
        self.normalization = normalization
        self.weight_decay = weight_decay
        self.max_grad_norm = max_grad_norm
        self.initializer = initializer
        self.initial_encoder = initial_encoder
        self.scoring = scoring
        self.restore_best_weights = restore_best_weights
        self.target_loss = target_loss
        self.max_time = max_time
        self.dtype = dtype
        self.n_jobs = n_jobs
