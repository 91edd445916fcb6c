"""Documentation shared by estimators, put into their docstrings where `help` and Sphinx look."""

import inspect
from textwrap import indent

from .weights import NamedWeights

_PARAMETERS = {
    "layers": """\
list or tuple of layers, or of ("name", layer) pairs, or None, default=None
    From the input on, out of `skneural.layers`. A layer's parameters are parameters of the
    estimator, as in a `Pipeline`: ``hidden__units``, ``set_params(hidden="passthrough")``.
    Without names, layers are called after their class: ``dense``, or ``dense_1``, ``dense_2``.
    `None` is one hidden layer of 100 relu units, as in `MLPClassifier`.""",
    "input_shape": """\
tuple of int or None, default=None
    Shape of a sample for the first layer, such as (28, 28, 1), where X is flat or lacks the
    channels; `None` is the shape of X's own samples, refused where the layers read images and it
    looks like one with channels first.""",
    "initial_weights": """\
dict, fitted estimator or None, default=None
    First weights of some layers, as ``{layer: {variable: array}}``, or a fitted estimator with
    `weights_`, whose layers of the same names are taken over, but for an output layer of another
    shape or other ``classes_``, which starts afresh. What is cloned, as in a grid search, has to be
    a ``FrozenEstimator``. Layers with ``trainable=False`` keep them.""",
    "hidden_layer_sizes": """\
array-like of shape (n_hidden_layers,), default=(100,)
    Units of each hidden layer.""",
    "activation": """\
str, Activation, or a tuple of them with one per hidden layer, default="relu"
    Activation of the hidden layers: "identity", "logistic", "tanh", "relu", "softplus",
    "centred_softplus", "leaky_relu", "elu", "selu", "gelu", "gelu_tanh", "silu", "mish",
    "hard_sigmoid", "hard_swish", or an instance from `skneural.activations`.""",
    "solver": """\
str or Optimizer, default="adam"
    "lbfgs", "sgd", "adam", "adamw", "nadam", "rmsprop", "adagrad", "adadelta", "lion", or an
    instance from `skneural.optimizers`. "lbfgs" uses all rows at once, through SciPy.""",
    "alpha": """\
float, default=0.0001
    Strength of the L2 penalty on the weights; divided by the number of samples.""",
    "batch_size": """\
int or "auto", default="auto"
    Most samples of a batch, over which they are spread evenly; "auto" is ``min(200, n_samples)``,
    or fewer where a batch would take more than 1 GiB, but no fewer than eight. Not used by
    "lbfgs".""",
    "learning_rate": """\
str or Schedule, default="constant"
    Schedule of the learning rate, for every solver but "lbfgs": "constant", "invscaling",
    "adaptive", "step", "exponential", "cosine", "one_cycle", "warmup", or an instance from
    `skneural.schedules`. "one_cycle" rises to ten times `learning_rate_init` before it falls.""",
    "learning_rate_init": """\
float, default=0.001
    The learning rate the schedule starts from.""",
    "power_t": """\
float, default=0.5
    Exponent of the schedule "invscaling".""",
    "max_iter": """\
int, default=200
    The most epochs; with "lbfgs", iterations.""",
    "shuffle": """\
bool, default=True
    Whether to shuffle the samples before each epoch.""",
    "random_state": """\
int, RandomState instance or None, default=None
    Draws the first weights, the validation split, the shuffles and dropout. The same seed gives
    the same model as scikit-learn's.""",
    "tol": """\
float, default=1e-4
    Training ends when loss, or with `early_stopping` the score, has not improved by `tol` for
    `n_iter_no_change` epochs.""",
    "verbose": """\
bool or int, default=False
    True or 1 prints a line an epoch, as any number does but 2, which draws a tqdm bar with loss
    and samples a second.""",
    "warm_start": """\
bool, default=False
    Whether `fit` goes on from the last solution.""",
    "momentum": """\
float in [0, 1], default=0.9
    Momentum of "sgd".""",
    "nesterovs_momentum": """\
bool, default=True
    Whether the momentum of "sgd" is Nesterov's.""",
    "early_stopping": """\
bool, default=False
    Whether to judge training by a validation set: ``X_val`` of `fit`, or `validation_fraction`
    of the training data. Not used by "lbfgs".""",
    "validation_fraction": """\
float in [0, 1), default=0.1
    Share of the training data set aside by `early_stopping`.""",
    "beta_1": """\
float in [0, 1), default=0.9
    Decay of the mean of gradients in "adam", "adamw" and "nadam".""",
    "beta_2": """\
float in [0, 1), default=0.999
    Decay of the mean of squared gradients in "adam", "adamw" and "nadam".""",
    "epsilon": """\
float, default=1e-8
    Added to the denominator in "adam", "adamw" and "nadam".""",
    "n_iter_no_change": """\
int or inf, default=10
    Epochs without an improvement of `tol` after which training ends.""",
    "max_fun": """\
int, default=15000
    The most evaluations of the loss by "lbfgs".""",
    "class_weight": """\
dict, list of dict, "balanced" or None, default=None
    Weights of classes as ``{label: weight}``, for multilabel targets a list with one
    ``{0: weight, 1: weight}`` for each label; "balanced" makes them inversely proportional to
    the classes' frequencies, rows counted by their sample weights. Multiplied with these.
    Where y is masks, of the classes of pixels.""",
    "dropout": """\
float in [0, 1), or a tuple of them with one per hidden layer, default=0.0
    Share of each hidden layer's outputs set to zero at random in training; with "lbfgs" the same
    ones throughout.""",
    "normalization": """\
{"batch", "layer"} or None, default=None
    Normalization of each hidden layer before its activation.""",
    "weight_decay": """\
float or None, default=None
    Decoupled weight decay, times the learning rate, at each update. `None` is the solver's own:
    0.01 for "adamw", 0 for the others. Not used by "lbfgs", which warns.""",
    "label_smoothing": """\
float in [0, 1), default=0.0
    Share of the target probability spread evenly over the classes; "log_loss" only.""",
    "max_grad_norm": """\
float or None, default=None
    Gradients with a greater global norm are scaled down to it. Not used by "lbfgs", which
    warns.""",
    "initializer": """\
str or Initializer, default="sklearn"
    Draws the first weights: "sklearn", "glorot_uniform", "glorot_normal", "he_uniform",
    "he_normal", "lecun_uniform", "lecun_normal", "orthogonal", or an instance from
    `skneural.initializers`.""",
    "initial_encoder": """\
AutoencoderTransformer or None, default=None
    A fitted autoencoder whose dense layers, from the first on to the code, are the first weights
    of the hidden layers; `hidden_layer_sizes` has to begin with their units, and `activation`
    should be theirs. What is cloned, as in a grid search, has to be a ``FrozenEstimator``.""",
    "scoring": """\
str, callable or None, default=None
    What the validation set is scored by; `None` is the method `score`.""",
    "restore_best_weights": """\
bool, default=True
    Whether `early_stopping` ends with the weights of the best score, not the last ones.""",
    "target_loss": """\
float or None, default=None
    Training ends when its loss is this or less.""",
    "max_time": """\
float or None, default=None
    Training ends after the first epoch that ends this many seconds after its start.""",
    "dtype": """\
{"float32", "float64"} or None, default=None
    Type to compute in; `None` follows X: float32 stays, everything else is float64.""",
    "n_jobs": """\
int or None, default=None
    Threads of one fit; the result is the same to the bit. `None` is as many as are useful, -1 as
    many as there are, -2 one fewer, and so on. These keep to the limits of the process, set by
    affinity, by a quota, by `LOKY_MAX_CPU_COUNT`, `OMP_NUM_THREADS` or `NUMBA_NUM_THREADS`, or by
    `threadpool_limits`; they are one thread in a worker process of a pool, and share the cores with
    fits in other threads. A number from 1 on overrides all limits.""",
}

OWN_LAYERS_INITIALIZER = """\
str or Initializer, default="sklearn"
    Draws the first weights of layers that are not among `layers`: of the output layer appended,
    and with ``layers=None`` of the hidden one. Each layer of `layers` has an initializer itself."""

_LISTED_WEIGHTS = """\
coefs_ : list of shape (n_layers - 1,)
    The weights of each layer, ndarray of shape (n_inputs, n_units).
intercepts_ : list of shape (n_layers - 1,)
    The biases of each layer, ndarray of shape (n_units,).
normalizations_ : list of dict
    Scale, shift and statistics of each normalization layer.
n_layers_ : int
    The number of layers, input and output included.
"""

_NAMED_WEIGHTS = """\
weights_ : dict of str to dict of str to ndarray
    For each layer with weights, its variables by name; what is written into them is what the
    estimator predicts with.
input_shape_ : tuple of int
    Shape of a sample as the first layer gets it.
"""

_BATCHES_OF_SCIKIT_LEARN = """\
int or "auto", default="auto"
    Samples of a batch, the last of an epoch with those left over; "auto" is
    ``min(200, n_samples)``. Not used by "lbfgs"."""
_ATTRIBUTES = """\
loss_ : float
    The training loss of the last epoch, penalty included.
best_loss_ : float or None
    The least training loss; `None` with `early_stopping`.
loss_curve_ : list of shape (`n_iter_`,)
    The training loss of each epoch.
validation_loss_curve_ : list of shape (`n_iter_`,) or None
    The loss of the validation set after each epoch, without the penalty.
validation_scores_ : list of shape (`n_iter_`,) or None
    The score of the validation set after each epoch.
best_validation_score_ : float or None
    The best of `validation_scores_`.
learning_rates_ : list of shape (`n_iter_`,)
    The learning rate at the start of each epoch.
t_ : int
    The number of training samples seen.
n_iter_ : int
    The number of epochs run.
n_outputs_ : int
    The number of output units.
out_activation_ : str
    The activation of the output layer.
n_features_in_ : int
    The number of features seen in `fit`.
feature_names_in_ : ndarray of shape (`n_features_in_`,)
    Their names, when X has names that are all strings."""


def documented(cls: type) -> type:
    """Fill ``{parameters}`` and ``{attributes}`` of a class's docstring.

    Parameters that the class documents in its own ``_documentation`` come before the shared ones.
    """
    texts = _PARAMETERS | vars(cls).get("_documentation", {})
    if not getattr(cls, "_spreads_rows", True):
        texts["batch_size"] = _BATCHES_OF_SCIKIT_LEARN
    names = [n for n in inspect.signature(cls).parameters if n in texts]
    parameters = "\n".join(f"{name} : {texts[name]}" for name in names)
    named = isinstance(cls._shown, NamedWeights)  # type: ignore[attr-defined]
    weights = _NAMED_WEIGHTS if named else _LISTED_WEIGHTS
    text = _fill(cls.__doc__ or "", "parameters", parameters)
    cls.__doc__ = _fill(text, "attributes", weights + _ATTRIBUTES)
    return cls


def _fill(text: str, field: str, value: str) -> str:
    return text.replace(f"    {{{field}}}", indent(value, "    "))
