"""Documentation of the parameters that autoencoders share."""

from ...data.rescaling import RESCALE_DOCUMENTATION

AUTOENCODER_DOCUMENTATION = {
    "rescale": RESCALE_DOCUMENTATION,
    "n_components": """\
int, default=32
    Numbers of the code.""",
    "hidden_layer_sizes": """\
array-like of shape (n_hidden_layers,), default=(128,)
    Units of each dense layer of the encoder before the code; the decoder has them in reverse.""",
    "activation": """\
str or Activation, default="relu"
    Activation of hidden layers and convolutions, a name or an instance from
    `skneural.activations`.""",
    "code_activation": """\
str or Activation, default="identity"
    Activation of the code.""",
    "output_activation": """\
str, Activation or None, default=None
    Activation of the output layer; `None` is the loss's own, "logistic" for "log_loss", "exp" for
    "poisson", and none for the others.""",
    "loss": """\
str or Loss, default="squared_error"
    "squared_error", "absolute_error", "huber", "quantile", "poisson" (for X >= 0), "log_loss" (for
    X between 0 and 1, cross-entropy of each feature) or an instance from `skneural.losses`.""",
    "architecture": """\
{"dense", "conv"} or pair of lists of layers, default="dense"
    "dense" has dense layers only. "conv" begins with convolutions of `filters` that halve the
    sides of an image that are even, and ends with the same transposed. ``(encoder, decoder)`` gives
    the layers themselves, from `skneural.layers`; the last of the encoder gives the code. Their
    parameters are parameters of the estimator: ``encoder_dense__units``.""",
    "filters": """\
int or array-like of shape (n_convolutions,), default=(16, 32)
    Filters of each convolution of "conv".""",
    "kernel_size": """\
int or tuple of two, default=3
    Height and width of a filter of "conv"; at most the image's.""",
    "tied_weights": """\
bool, default=False
    Whether each layer of the decoder uses the kernel of its counterpart in the encoder,
    transposed; "dense" only.""",
    "noise": """\
{"gaussian", "masking", "salt_and_pepper"} or None, default=None
    Noise on X in training, which the network learns to take away: normal numbers are added,
    features set to zero, or to the least or the greatest number of X.""",
    "noise_level": """\
float, default=0.25
    Standard deviation of "gaussian", else the share of features changed.""",
    "sparsity": """\
{"l1", "kl"} or None, default=None
    Penalty on the code: the sum of magnitudes, or how far the mean activation of each unit over a
    batch is from `sparsity_target`, by the Kullback-Leibler divergence; "kl" needs
    ``code_activation="logistic"``.""",
    "sparsity_target": """\
float in (0, 1), default=0.05
    Mean activation wanted by "kl".""",
    "sparsity_weight": """\
float, default=0.01
    What the penalty of `sparsity` counts.""",
    "contractive": """\
float, default=0.0
    What the squared norm of the Jacobian of each layer of the encoder counts. Layers are to be
    "identity", "relu", "logistic" or "tanh".""",
    "variational": """\
bool, default=False
    Whether codes are normal distributions, drawn from in training; `transform` gives their
    means.""",
    "beta": """\
float, default=1.0
    What the divergence of the codes of a variational autoencoder from the standard normal
    distribution counts.""",
    "pretraining": """\
{"layerwise"} or None, default=None
    "layerwise" trains each layer of the encoder with its counterpart first, as a shallow
    autoencoder of what the layers before it give; "dense" only. Part of `max_time`.""",
    "pretraining_max_iter": """\
int, default=20
    The most epochs of each of these.""",
    "scoring": """\
callable or None, default=None
    What the validation set is scored by, ``scoring(estimator, X, X)``; `None` is the method
    `score`.""",
}
