"""Any stack of layers as a regressor, image to image included."""

from __future__ import annotations

from ..base.docs import OWN_LAYERS_INITIALIZER, documented
from ..base.regressor import REGRESSOR_CONSTRAINTS, BaseNeuralRegressor
from .base import BaseLayered


@documented
class NeuralNetRegressor(BaseNeuralRegressor, BaseLayered):
    """Any stack of layers as a regressor, from vectors to images and back.

    X is an array of two to five dimensions, (n_samples, ...), or flat with `input_shape`; what
    its samples look like is what the first layer gets. Sparse X needs `Dense` as the first layer.
    y has any shape, (n_samples, ...), and so have the predictions.

    The output layer follows from y unless `layers` ends with it. Where samples of y have more than
    one dimension, as images have, and the last layer gives several too, they have to be the same,
    up to a single channel, and the last layer is the output. A last `Dense` or `Activation` layer
    is the output where its activation is "identity" and its width is the number of outputs. In all
    other cases a dense layer, "output", is appended, and `Flatten` before it if needed. So
    ``layers=[]`` is a linear model, and ``Activation("identity")`` at the end makes an output of
    whatever precedes it, such as ``Dense(1, "tanh")``, if its width is right.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    output_shape_ : tuple of int
        Shape of a sample of y, ``()`` for one number.
    {attributes}

    See Also
    --------
    NeuralNetClassifier : Any stack of layers for classification.
    MLPRegressor : Dense layers by their sizes.

    Examples
    --------
    >>> from sklearn.datasets import make_regression
    >>> from skneural import NeuralNetRegressor
    >>> from skneural.layers import Dense
    >>> X, y = make_regression(n_samples=200, n_features=20, random_state=1)
    >>> reg = NeuralNetRegressor([Dense(50, "relu"), Dense(1)], tol=0.1, max_iter=2000)
    >>> reg.fit(X, y).predict(X[:2]).shape
    (2,)
    """

    _shaped_targets = True
    _documentation = {
        "loss": """\
str or Loss, default="squared_error"
    "squared_error", "poisson" (for y >= 0, predicts through exp), "absolute_error", "huber",
    "quantile", or an instance from `skneural.losses` such as ``Quantile(0.9)``.""",
        "initializer": OWN_LAYERS_INITIALIZER,
    }
    _parameter_constraints: dict = {
        **BaseLayered._parameter_constraints,
        **REGRESSOR_CONSTRAINTS,
    }

    def __init__(
        self,
        layers=None,
        *,
        input_shape=None,
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
        loss="squared_error",
        weight_decay=None,
        max_grad_norm=None,
        initializer="sklearn",
        initial_weights=None,
        scoring=None,
        restore_best_weights=True,
        target_loss=None,
        max_time=None,
        dtype=None,
        n_jobs=None,
    ):
        self.layers = layers
        self.input_shape = input_shape
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
        self.weight_decay = weight_decay
        self.max_grad_norm = max_grad_norm
        self.initializer = initializer
        self.initial_weights = initial_weights
        self.scoring = scoring
        self.restore_best_weights = restore_best_weights
        self.target_loss = target_loss
        self.max_time = max_time
        self.dtype = dtype
        self.n_jobs = n_jobs
