"""Documentation shared by estimators, put into their docstrings where `help` and Sphinx look."""

from ..._parameters import Class, fill
from .weights import NamedWeights

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
    For each layer with weights, its variables by name; predictions use what is written
    into them.
input_shape_ : tuple of int
    Shape of a sample as the first layer gets it.
"""

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


def documented(cls: Class) -> Class:
    """Fill ``{attributes}`` of a class's docstring."""
    named = isinstance(cls._shown, NamedWeights)  # type: ignore[attr-defined]
    weights = _NAMED_WEIGHTS if named else _LISTED_WEIGHTS
    cls.__doc__ = fill(cls.__doc__ or "", "attributes", weights + _ATTRIBUTES)
    return cls
