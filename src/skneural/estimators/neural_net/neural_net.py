"""Any stack of layers as a classifier."""

from __future__ import annotations

from ..base.classifier import CLASSIFIER_CONSTRAINTS, BaseNeuralClassifier
from ..base.docs import OWN_LAYERS_INITIALIZER, documented
from .base import BaseLayered


@documented
class NeuralNetClassifier(BaseNeuralClassifier, BaseLayered):
    """Any stack of layers as a classifier.

    X is an array of two to five dimensions, (n_samples, ...), or flat with `input_shape`; what
    its samples look like is what the first layer gets. Sparse X needs `Dense` as the first layer.

    The output layer follows from y unless `layers` ends with it. A last `Dense` or `Activation`
    layer is the output where its activation is "softmax", with an output a class, of two classes
    too; or where it is "identity" or, with two classes or several labels, "logistic", and its
    width is the number of outputs: 1 for two classes, else that of the classes or labels. The
    loss then takes its activation over. In all other cases a dense layer, "output", is appended,
    and `Flatten` before it if needed. So ``layers=[]`` is a linear model, and
    ``Activation("identity")`` at the end makes an output of whatever precedes it, if its width is
    right.

    y may be masks of labels, (n_samples, height, width) or of any shape with two dimensions or more
    behind the first. Each pixel is then classified: `layers` have to end with the shape of a mask
    and any number of channels. The last layer is the output where it is a convolution or
    `Activation` with "identity" or "softmax" and a channel for each class; else a convolution of
    one pixel, "output", is appended. The loss is the mean over the pixels of an image.

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
    NeuralNetRegressor : Any stack of layers for regression.
    MLPClassifier : Dense layers by their sizes.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skneural import NeuralNetClassifier
    >>> from skneural.layers import Dense, Dropout
    >>> X, y = load_digits(return_X_y=True)
    >>> clf = NeuralNetClassifier(
    ...     [("hidden", Dense(64, "relu")), ("dropout", Dropout(0.2))],
    ...     solver="adam", max_iter=5, random_state=0,
    ... )
    >>> clf.set_params(hidden__units=32, dropout="passthrough").fit(X, y).predict(X).shape
    (1797,)
    >>> clf.get_layer("hidden").weights["kernel"].shape
    (64, 32)
    """

    _takes_masks = True
    _documentation = {
        "loss": """\
{"log_loss", "hinge"} or Loss, default="log_loss"
    "log_loss" gives probabilities; "hinge" is the multiclass (Crammer-Singer) or binary margin
    loss, without `predict_proba`, not for masks.""",
        "initializer": OWN_LAYERS_INITIALIZER,
    }
    _parameter_constraints: dict = {
        **BaseLayered._parameter_constraints,
        **CLASSIFIER_CONSTRAINTS,
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
        loss="log_loss",
        class_weight=None,
        weight_decay=None,
        label_smoothing=0.0,
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
        self.class_weight = class_weight
        self.weight_decay = weight_decay
        self.label_smoothing = label_smoothing
        self.max_grad_norm = max_grad_norm
        self.initializer = initializer
        self.initial_weights = initial_weights
        self.scoring = scoring
        self.restore_best_weights = restore_best_weights
        self.target_loss = target_loss
        self.max_time = max_time
        self.dtype = dtype
        self.n_jobs = n_jobs
