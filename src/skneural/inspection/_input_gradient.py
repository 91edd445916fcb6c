"""The exact gradient of an output of a network by every number of X."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from ..data.checks import named
from ..data.numbers import as_dense
from ..data.numeric_targets import InputTargets
from ..data.reader import DataReader
from ..data.scaled_targets import ScaledTargets
from ..estimators import (
    BernoulliRBM,
    FeatureExtractor,
    GaussianRBM,
    GenerativeAdversarialNetwork,
    NeuralOutlierDetector,
)
from ..estimators.autoencoder.codes import row_losses
from ..network.output_slopes import loss_slopes
from ._discriminator import discriminator_gradient
from ._machine import machine_gradient
from ._network_function import NetworkFunction, check_fitted
from ._output_targets import by_raw, numbers_of, one_of_each, score_slopes

Of = Literal["score", "probability", "loss"]
_CALLER = "input_gradient"


def input_gradient(
    estimator: Any, X: ArrayLike, target: Any = None, *, of: Of = "score"
) -> Any:
    """Return the gradient of an output by every number of X.

    It is exact, by backpropagation through the network as it predicts: dropout is left out, and
    batch normalisation uses its running statistics [1]_.

    Parameters
    ----------
    estimator : estimator
        A fitted network: a classifier, regressor, autoencoder, outlier detector, or
        `FeatureExtractor`, the discriminator of a `GenerativeAdversarialNetwork`, or a restricted
        Boltzmann machine.
    X : {array-like, sparse matrix} of shape (n_samples, n_features) or (n_samples, ...)
        The input data, as for `predict`.
    target : label, int, tuple of int or array-like of shape (n_samples,), default=None
        What the gradient is of, for all rows or one for each:

        - of a classifier a class; `None` is the class predicted. For several labels, the number
          of one; `None` is the one with the greatest score. Of masks and of classes of steps, the
          sum over the pixels or steps.
        - of a regressor with several outputs the number of one, or its place where y has more
          than one dimension. Of numbers of steps, the sum over the steps.
        - of a `FeatureExtractor` the number of a feature; of an `AutoencoderTransformer` that of a
          component of the code, where `None` is `score_samples`, as for an outlier detector.
        - of an adversarial network a class, or `None`, as for its `score_samples`.
        - of a restricted Boltzmann machine the number of a hidden unit, whose probability it is of;
          `None` is minus the free energy.

        With ``of="loss"`` it is y: labels or numbers, as for `fit`.
    of : {"score", "probability", "loss"}, default="score"
        The score of a class is the network's output before softmax or the logistic function; for
        the first of two classes with one output, minus that. The "loss" is that of each row, by
        which the network was trained, without penalties of weights. An autoencoder's is that of
        giving back X, and takes no target.

    Returns
    -------
    gradient : ndarray of the shape of X, or list of ndarray
        In the dtype of the network. A list where X is one of series. Dense for sparse X. For
        tables, NaN where X has a category or a missing number.

    Raises
    ------
    TypeError
        If the estimator has no network of its own.
    ValueError
        If there is no such target, if X is unlike that of `fit`, or if outputs have no gradient by
        X, as those of tokens and of categories.
    NotFittedError
        If the estimator is not fitted.

    References
    ----------
    .. [1] Simonyan, K., Vedaldi, A. and Zisserman, A. (2014). Deep inside convolutional networks:
       visualising image classification models and saliency maps. ICLR workshop. :arxiv:`1312.6034`

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skneural import MLPClassifier
    >>> from skneural.inspection import input_gradient
    >>> X, y = load_iris(return_X_y=True)
    >>> model = MLPClassifier(max_iter=50, random_state=0).fit(X, y)
    >>> input_gradient(model, X[:2], target=2).shape
    (2, 4)
    """
    if of not in ("score", "probability", "loss"):
        raise ValueError(
            f"{_CALLER}: of={of!r} is none of 'score', 'probability' and 'loss'"
        )
    if isinstance(estimator, GenerativeAdversarialNetwork):
        return discriminator_gradient(estimator, X, target, of, _CALLER)
    if isinstance(estimator, (BernoulliRBM, GaussianRBM)):
        return machine_gradient(estimator, X, target, of, _CALLER)
    if isinstance(estimator, FeatureExtractor):
        return _of_feature(estimator, X, target, of)
    return GradientFunction(estimator, X, _CALLER).gradient(target, of)


class GradientFunction(NetworkFunction):
    """A `NetworkFunction` with the gradients of `input_gradient`.

    Its ``gradient(target, of)`` may be called for one ``X`` after another, see `move_to`.
    """

    def __init__(self, estimator: Any, X: Any, caller: str):
        self._penalized = isinstance(estimator, NeuralOutlierDetector)
        super().__init__(estimator, X, caller, self._penalized)

    def gradient(self, target: Any = None, of: Of = "score") -> Any:
        """Return the gradient of an output by X; see `input_gradient`."""
        if isinstance(self.estimator._targets, InputTargets):
            return self._of_autoencoder(target, of)
        if of == "loss":
            return self._of_loss(target)
        slopes = score_slopes(self, target, of, self._caller)
        return self.outputs_backward(slopes, by_raw(self, of))

    def _of_loss(self, y: Any) -> Any:
        estimator, network = self.estimator, self.network
        owner, dtype = type(estimator).__name__, network.dtype
        if y is None:
            raise ValueError(f"{self._caller}: of='loss' of {owner} needs y as the target")
        targets = estimator._targets
        reader = DataReader(estimator._samples(), estimator._target_rules())
        with named(self._caller):
            rows = reader.more_rows(self._X, y, None, targets, dtype, "target")
        if isinstance(targets, ScaledTargets):
            rows = targets.scaled(rows, dtype)
        raw = self.outputs.raw.astype(dtype)
        slopes = network.loss.reported(loss_slopes(network.loss, raw, rows.y), raw.shape[1])
        return self.outputs_backward(slopes, of_raw=True)

    def _of_autoencoder(self, target: Any, of: str) -> Any:
        estimator, what = self.estimator, f"{self._caller}: {type(self.estimator).__name__}"
        if of == "probability":
            raise ValueError(f"{what} has no probabilities; set of='score' or of='loss'")
        if target is None:
            loss = self._of_reconstruction()
            return loss if of == "loss" else -loss
        if of == "loss":
            self._refuse(target)
        places = self.components(target)
        last = estimator._built.n_encoder - 1
        return self.backward({last: one_of_each(places, estimator._n_features_out)})

    def components(self, target: Any) -> np.ndarray:
        """Return which component of an autoencoder's code a target is for each row.

        Raises
        ------
        ValueError
            If there is no such component, or the estimator has a score of rows alone.
        """
        estimator, what = self.estimator, f"{self._caller}: {type(self.estimator).__name__}"
        if isinstance(estimator, NeuralOutlierDetector):
            self._refuse(target)
        return numbers_of(target, estimator._n_features_out, self.n_samples, what, "components")

    def autoencoder_scores(self, components: np.ndarray | None) -> np.ndarray:
        """Return components of the code, one for each row, or `score_samples` for None, float64."""
        if components is None:
            return -row_losses(self.estimator, self._X, self._penalized).astype(np.float64)
        (codes,) = self.activations([self.estimator._built.n_encoder - 1])
        rows = np.arange(len(codes))
        return codes.reshape(len(codes), -1)[rows, components].astype(np.float64)

    def _refuse(self, target: Any) -> None:
        raise ValueError(
            f"{self._caller}: {type(self.estimator).__name__}: target={target!r} must be None: the"
            " loss and the score of a row are of all its numbers"
        )

    def _of_reconstruction(self) -> Any:
        """Return the gradient of the loss by X, which is input and target."""
        network = self.network
        scale = network.target_scale(self.rows, self.rows)
        raw = self.outputs.raw.astype(network.dtype)
        slopes = loss_slopes(network.loss, raw, self.rows, scale)
        kind = raw.dtype.type
        numbers = as_dense(self.rows).astype(kind).reshape(raw.shape) * kind(scale)
        by_targets = network.loss.slopes_by_targets(raw, numbers, slopes) * scale
        by_rows = self.outputs_by_rows(slopes, of_raw=True)
        total = by_rows + by_targets.reshape(by_rows.shape)
        return self.by_X(network.loss.reported(total, raw.shape[1]))


def _of_feature(extractor: FeatureExtractor, X: Any, target: Any, of: str) -> Any:
    check_fitted(extractor, _CALLER)
    what = f"{_CALLER}: {type(extractor).__name__}"
    if of != "score":
        raise ValueError(f"{what} has features alone; set of='score'")
    estimator = extractor.estimator_
    function = NetworkFunction(estimator, X, _CALLER, first_alone=True)
    number = function.layer_number(extractor.layer)
    if number == len(estimator._built.layers) - 1:  # with the activation that is the loss's
        n_features = function.outputs.predictions.shape[1]
        places = numbers_of(target, n_features, function.n_samples, what, "features")
        return function.outputs_backward(one_of_each(places, n_features), of_raw=False)
    (features,) = function.activations([number])
    n_features = int(np.prod(features.shape[1:]))
    places = numbers_of(target, n_features, len(features), what, "features")
    return function.backward({number: one_of_each(places, n_features)})
