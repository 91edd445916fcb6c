"""Convolutional networks for regression."""

from __future__ import annotations

from ..base.docs import documented
from ..base.regressor import REGRESSOR_CONSTRAINTS, BaseNeuralRegressor
from .base import CONVNET_DOCUMENTATION, BaseConvNet


@documented
class ConvNetRegressor(BaseNeuralRegressor, BaseConvNet):
    """Convolutional network regressor.

    X is an array of images, (n_samples, height, width, channels) or grey (n_samples, height,
    width), or flat with `image_shape`. Photographs, of numbers from 0 to 255 in whatever dtype, are
    divided by 255, a batch at a time and never all at once; other numbers likewise, see `rescale`.

    By default the network is, for each of `filters`, a convolution, its activation and pooling;
    then dense layers of `hidden_layer_sizes` and the output layer, which follows from y.
    `architecture` names another one, or lists its layers. Then y may have any shape, (n_samples,
    ...), as in `NeuralNetRegressor`; augmentation changes X alone.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    output_shape_ : tuple of int
        Shape of a sample of y, ``()`` for one number.
    rescale_ : float or None
        What X is multiplied by before the first layer; None where it is left alone.
    {attributes}

    See Also
    --------
    ConvNetClassifier : The same networks for classification.
    NeuralNetRegressor : Any stack of layers, images as targets included.

    References
    ----------
    .. [1] LeCun, Y., Bottou, L., Bengio, Y. and Haffner, P. (1998). Gradient-based learning applied
       to document recognition. Proceedings of the IEEE 86.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skneural import ConvNetRegressor
    >>> X = load_digits().images / 16
    >>> ink = X.mean(axis=(1, 2))
    >>> reg = ConvNetRegressor(filters=(8, 16), max_iter=2, random_state=0).fit(X, ink)
    >>> reg.predict(X[:2]).shape
    (2,)
    """

    _shaped_targets = True
    _documentation = {
        **CONVNET_DOCUMENTATION,
        "loss": """\
str or Loss, default="squared_error"
    "squared_error", "poisson" (for y >= 0, predicts through exp), "absolute_error", "huber",
    "quantile", or an instance from `skneural.losses` such as ``Quantile(0.9)``.""",
    }
    _parameter_constraints: dict = {
        **BaseConvNet._parameter_constraints,
        **REGRESSOR_CONSTRAINTS,
    }

    def __init__(
        self,
        filters=(32, 64),
        kernel_size=3,
        *,
        strides=1,
        padding="same",
        pooling="max",
        pool_size=2,
        normalization=None,
        hidden_layer_sizes=(128,),
        activation="relu",
        dropout=0.0,
        image_shape=None,
        rescale="auto",
        architecture=None,
        augmentation=None,
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
        initializer="he_uniform",
        initial_weights=None,
        scoring=None,
        restore_best_weights=True,
        target_loss=None,
        max_time=None,
        dtype=None,
        n_jobs=None,
    ):
        self.filters = filters
        self.kernel_size = kernel_size
        self.strides = strides
        self.padding = padding
        self.pooling = pooling
        self.pool_size = pool_size
        self.normalization = normalization
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.dropout = dropout
        self.image_shape = image_shape
        self.rescale = rescale
        self.architecture = architecture
        self.augmentation = augmentation
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
