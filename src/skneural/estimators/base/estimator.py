"""What every estimator shares of scikit-learn's contract; `_fitting` has the fit itself."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError
from sklearn.metrics import get_scorer
from sklearn.utils._param_validation import InvalidParameterError
from sklearn.utils.validation import check_is_fitted

from ..._naming import NamedParameters, suggestion, validate
from ..._user_warnings import warn_user
from ..._whole_numbers import refuse_booleans
from ...augmentation import Augmentation
from ...callbacks import CallbackSupportMixin
from ...data import checks as _inputs
from ...data.rows import Rows
from ...engine.compile.cache_warning import postponed, warn_of_cache
from ...network.network import Network
from ...training.epochs import Training
from ...training.parameters import TRAINING_CONSTRAINTS
from . import predictor as _predictor
from .by_hand import start_from_weights
from .documentation_links import page_template
from .fitting import fit_estimator
from .shown_weights import copy_weights, shown_weights


class BaseNeuralNetwork(CallbackSupportMixin, NamedParameters, BaseEstimator, ABC):
    """Base of all estimators: one way to fit, to predict and to show a network.

    A subclass has the constructor and says which layers, which loss, what y means, and how it
    shows its weights: `_weights` has two ways.
    """

    _parameter_constraints: dict = TRAINING_CONSTRAINTS
    _doc_link_module = "skneural"
    _doc_link_template = property(lambda self: page_template())
    _numeric_targets = True
    _spreads_rows = True  # evenly over the batches, which memory bounds; False as scikit-learn
    _plans_its_length = False  # whether to end after `max_iter` epochs is as it should be
    n_outputs_: int

    @abstractmethod
    def _make_layers(self) -> list:
        """Return the network's layers, the output layer last."""

    @staticmethod
    @abstractmethod
    def _is_fitted(attributes: Mapping[str, Any]) -> bool:
        """Whether attributes are those of a fitted estimator."""

    @abstractmethod
    def _show_weights(self, network: Network) -> dict[str, Any]:
        """Return the weights attributes of a network: views of its parameters."""

    @abstractmethod
    def _flat_weights(self, attributes: Mapping[str, Any]) -> list[np.ndarray]:
        """Return the weights among attributes as one list, in an order of its own."""

    @abstractmethod
    def _weight_names(self, attributes: Mapping[str, Any]) -> list[str]:
        """Return what each of them is called, in that order."""

    @abstractmethod
    def _make_loss(self) -> Any:
        """Return the loss for the targets learned."""

    @abstractmethod
    def _learn_targets(
        self, y: Any, first: bool, incremental: bool = False, classes: Any = None
    ) -> None:
        """Set ``n_outputs_`` and what else `y` says, or check `y` against an earlier fit."""

    @abstractmethod
    def _encode(self, y: Any, dtype: np.dtype) -> np.ndarray:
        """Return the network's targets, shape (n_samples, n_targets)."""

    @abstractmethod
    def _default_score(self, network: Network, rows: Rows) -> float:
        """Score a network as the method `score` does, in fewer microseconds."""

    @property
    def _factor(self) -> float:
        """What X is multiplied by before the first layer."""
        return 1.0

    def _scorer(self) -> Any:
        """Return the scorer that `scoring` stands for, None for the estimator's own score."""
        return None if self.scoring is None else get_scorer(self.scoring)

    def _accepts_sparse(self) -> bool:
        """Whether X may be a sparse matrix: where the first layer can read one."""
        return True

    def _check_X_y(self, X: Any, y: Any, dtype: Any, first: bool) -> tuple[Any, Any]:
        """Return X as rows of numbers, and y, both checked; `first` to learn their features."""
        return _inputs.check_X_y(self, X, y, dtype, reset=first)

    def _check_X(self, X: Any, dtype: np.dtype) -> Any:
        """Return X to predict from as rows of numbers, checked."""
        return _inputs.check_X(self, X, dtype)

    def _accepted_dtypes(self, first: bool) -> Any:
        """Return the dtypes that X may keep: by the parameter, later the fitted network's."""
        return _inputs.accepted_dtypes(self.dtype) if first else self._weights()[0].dtype

    def _learn_range(self, X: Any, weight: np.ndarray | None) -> None:
        """Note what has to be known of the numbers of X, the rows of the first fit."""

    def _network_dtype(self, X: Any, first: bool) -> np.dtype:
        """Return the dtype of the network for X as it was checked; `first` for a new network."""
        return X.dtype

    def _ends_in_softmax(self) -> bool:
        """Whether the layers end with a probability for each class, of two classes too."""
        return False

    @property
    def _classifies_pixels(self) -> bool:
        """Whether y is masks of classes, which the outputs are for."""
        return getattr(getattr(self, "_targets", None), "kind", None) == "masks"

    def _softmax_width(self) -> int:
        """Return how many probabilities those layers give."""
        return 1

    def _augmentations(self) -> list[Augmentation]:
        """Return what changes images at random in training."""
        return []

    def _network_shape(self) -> tuple[int, ...]:
        """Return the shape of a sample as the first layer gets it."""
        return (self.n_features_in_,)

    def _settings(self, n_samples: int, most_rows: int | None = None) -> Any:
        """Return an estimator with the parameters that training on some rows is done with.

        ``most_rows`` are those of a batch, once it is known what a row takes in memory.
        """
        return self

    def _adapt(self, network: Network, rows: Rows, random_state: np.random.RandomState) -> bool:
        """Change the first weights of a network in place, by the rows it will be trained on.

        Return whether Ctrl-C ended it, and with it the training to come.
        """
        return False

    def _tolerance_unit(self, rows: Rows, anew: bool) -> float:
        """Return what `tol` is a multiple of; `anew` to learn it from the rows of a whole fit."""
        return 1.0

    def _check_parameters(self) -> None:
        """Raise for parameters that are each valid but do not go together."""

    def _loss_weight(
        self, y: Any, sample_weight: np.ndarray | None, training: bool
    ) -> np.ndarray | None:
        """Return the weight of each row in the loss; learn what weighs rows when `training`."""
        return sample_weight

    def _strata(self, rows: Rows) -> np.ndarray | None:
        """Return what the validation split keeps in proportion."""
        return None

    def _kinds_to_hold_back(self, rows: Rows) -> Iterable[np.ndarray]:
        """Return of which rows each the validation split needs one: arrays of bool."""
        return ()

    def _fit(self, X: Any, y: Any, sample_weight: Any = None, **how: Any) -> BaseNeuralNetwork:
        with postponed(), _inputs.unchanged_on_error(self):
            if self.warm_start or how.get("incremental"):
                start_from_weights(self, how.get("classes"))
            notices = self._train(X, y, sample_weight, **how)
        for message, category in notices:  # which may be errors; what was learned then stays
            warn_user(message, category)
        warn_of_cache()
        return self

    def _train(
        self, X: Any, y: Any, sample_weight: Any = None, **how: Any
    ) -> list[tuple[str, type[Warning]]]:
        """Fit; return what to warn of."""
        return fit_estimator(self, X, y, sample_weight, **how)

    def __sklearn_is_fitted__(self) -> bool:
        return self._is_fitted(vars(self))

    def _predict(self, X: Any, raw: bool = False) -> np.ndarray:
        """Return the network's outputs, shape (n_samples, n_outputs); `raw` before the link."""
        if not self._is_fitted(vars(self)):
            check_is_fitted(self)
        network = _predictor.predictor(self)
        X = self._check_X(X, network.dtype)
        return network.predict(X, n_jobs=self.n_jobs, raw=raw)

    def _make_network(self, dtype: np.dtype) -> Network:
        shape = self._network_shape()
        return Network(
            self._layers, shape, self._loss, self.n_outputs_, dtype, scale=self._factor
        )

    def _make_predictor(self, dtype: np.dtype) -> Network:
        """Return a network for the weights that the estimator shows."""
        self._follow_weights()
        return self._make_network(dtype)

    def _follow_weights(self) -> None:
        """Raise a NotFittedError where weights have been put in, but no fit has made layers."""
        if "_layers" not in vars(self):
            raise NotFittedError(
                f"{type(self).__name__}: weights_ was set before fit, which makes the layers"
            )

    def _weights(self) -> list[np.ndarray]:
        """Return the weights that the fitted estimator shows: one list of arrays, of one dtype."""
        return shown_weights(self)

    def _initialize(self, network: Network, random_state: np.random.RandomState) -> None:
        """Draw the first weights."""
        activation = getattr(self, "activation", None)
        network.initialize(random_state, activation if isinstance(activation, str) else "identity")

    def _for_scorers(self) -> Any:
        """Return a copy that scorers may judge, with nothing that warns them of names."""
        judged: Any = copy.copy(self)
        vars(judged).pop("feature_names_in_", None)
        return judged

    def _restore(self, network: Network) -> list[np.ndarray]:
        """Copy the fitted weights into a network; return its own, in the same order."""
        return copy_weights(self, network, "; warm_start and partial_fit cannot change the layers")

    def _fitted_attributes(self, training: Training) -> dict[str, Any]:
        """Return the attributes of a fit as if training had ended, with views of the weights."""
        record = training.record
        validated = training.validation is not None
        return self._show_weights(training.network) | {
            "out_activation_": self._loss.link,
            "loss_": record.loss,
            "loss_curve_": record.loss_curve,
            "learning_rates_": record.learning_rates,
            "best_loss_": None if training.rules.early_stopping else record.best_loss,
            "validation_loss_curve_": record.validation_losses if validated else None,
            "validation_scores_": record.validation_scores if validated else None,
            "best_validation_score_": record.best_score if validated else None,
            "n_iter_": record.n_iter,
            "t_": record.samples_seen,
            "_record": record,
        }

    def _validate_params(self) -> None:
        try:
            super()._validate_params()
        except InvalidParameterError as error:
            raise InvalidParameterError(f"{error}{suggestion(self, str(error))}") from None
        for name, value in self.get_params(deep=False).items():
            if isinstance(value, NamedParameters) and not hasattr(value, "fit"):
                validate(value, f"{type(self).__name__}: {name}")
        refuse_booleans(self, spared=TRAINING_CONSTRAINTS)  # which are as in scikit-learn

    def _is_stochastic(self) -> bool:
        if self.solver == "lbfgs":
            raise AttributeError(
                "partial_fit is only available for stochastic optimizers."
                f" {self.solver} is not stochastic."
            )
        return True

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        _predictor.adopt(self)

    def __copy__(self) -> BaseNeuralNetwork:
        copied = type(self).__new__(type(self))
        copied.__dict__.update(vars(self))
        _predictor.share(self, copied)
        return copied

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = self._accepts_sparse()
        return tags
