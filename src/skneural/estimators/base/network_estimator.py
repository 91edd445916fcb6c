"""What all estimators that train a network share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from ..._parameters import parameters_of
from ..._user_warnings import warn_user
from ...data.checks import named, unchanged_on_error
from ...data.reader import DataReader, Dataset
from ...data.rows import n_rows
from ...data.step_targets import of_series
from ...data.target_rules import InputRules, TargetRules
from ...engine.compile.cache_warning import postponed, warn_of_cache
from ...layers import Layer
from ...network.from_data import initialize_from_data
from ...network.network import Network
from ...training.parameters import TrainingParameters
from ...training.resumption import Resumption
from ...training.settings import Settings, settings_from
from ...training.train import Outcome, train
from . import kept_session as _kept_session
from . import predictor as _predictor
from .architecture import Architecture, Task
from .by_hand import start_from_weights
from .estimator import Estimator
from .fit_checks import check_loss, checked_fit
from .large_data import as_read, rows_to_predict
from .layer_access import FittedLayer, fitted_layer, outputs_of, table_of
from .more_networks import fit_more, mean_outputs
from .shown_weights import copy_weights, shown_weights
from .summary import Summary
from .watch import EstimatorWatch
from .weights import NamedWeights, ShownWeights


class NetworkEstimator(Estimator, ABC):
    """Base of the estimators that train a network.

    A subclass has the constructor and writes `_architecture`; where X is more than rows of numbers
    also `_samples`, and where parameters depend on each other `_check_parameters`. Classifiers and
    regressors say what y is: `_target_rules`.
    """

    _like_scikit_learn = frozenset(parameters_of(TrainingParameters))
    _needs_dense = "only Dense as the first layer reads it; use X.toarray(), or begin with Dense"
    _shown: ShownWeights = NamedWeights()
    _resumes = True
    _spreads_rows = True  # evenly over the batches, which memory bounds; False as scikit-learn
    _rows_of_auto = 200  # of a batch where `batch_size` is "auto"
    _plans_its_length = False  # whether `max_iter` epochs are the intended length

    @abstractmethod
    def _architecture(self, task: Task) -> Architecture:
        """Return the layers for a task, the output layer last, and what goes with them."""

    def _target_rules(self) -> TargetRules:
        """Return what reads y: nothing does, where X itself is the target."""
        return InputRules(lambda: self._samples().factor)

    def get_layer(self, layer: str | int) -> FittedLayer:
        """Return a layer of the fitted network.

        Parameters
        ----------
        layer : str or int
            Its name, or its place: 0 is the first, -1 the output layer.

        Returns
        -------
        FittedLayer
            With ``name``, ``layer``, ``input_shape``, ``output_shape`` and ``weights``, a
            mapping of arrays that may be edited.

        Raises
        ------
        ValueError
            If there is no such layer.
        NotFittedError
            If the estimator is not fitted.
        """
        return fitted_layer(self, layer)

    def activations(self, X: ArrayLike, layer: str | int) -> np.ndarray:
        """Return the outputs of a layer for each sample, as in prediction.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features) or (n_samples, ...)
            The input data.
        layer : str or int
            The layer's name, or its place: 0 is the first, -1 the output layer, whose outputs are
            the predictions. A block such as `Residual` is one layer.

        Returns
        -------
        outputs : ndarray of shape (n_samples, ...)
            In the shape of the layer's output.
        """
        return outputs_of(self, X, layer)

    def summary(self) -> Summary:
        """Return the network's layers, output shapes and parameter counts, as a table.

        Returns
        -------
        Summary
            A string, at most 88 columns wide, displayed as a table in a console or a notebook.
            After training it also shows the memory of a batch.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted: the shapes follow from the data.
        """
        return table_of(self)

    def _fit(self, X: Any, y: Any, sample_weight: Any = None, **how: Any) -> Any:
        X, y, sample_weight = as_read(X, y, sample_weight)
        with postponed(), unchanged_on_error(self):
            if self.warm_start or how.get("incremental"):
                start_from_weights(self, how.get("classes"))
            notices = self._train(X, y, sample_weight, **how)
            notices += fit_more(self, X, y, sample_weight, how, notices)
        for message, category in notices:  # which may be errors; the fitted attributes are kept
            warn_user(message, category)
        warn_of_cache()
        return self

    def _train(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        validation: tuple[Any, Any, Any] = (None, None, None),
        incremental: bool = False,
        classes: Any = None,
    ) -> list[tuple[str, type[Warning]]]:
        """Train on data; return what to warn of once the estimator keeps what it learned.

        ``incremental`` is `partial_fit`'s single epoch.
        """
        goes_on = self.__sklearn_is_fitted__() and (self.warm_start or incremental)
        validation = checked_fit(self, validation, incremental)
        data = DataReader(self._samples(), self._target_rules()).learn(
            X, y, sample_weight, validation=validation,
            known=self._targets if goes_on else None,
            fitted=self._weights()[0].dtype if goes_on else None,
            incremental=incremental, classes=classes,
        )
        self.__dict__.update(data.targets.attributes(), _targets=data.targets)
        random_state = check_random_state(self.random_state)
        key = _kept_session.key_of(self, data.rows) if incremental else None
        session = _kept_session.take(self, key if goes_on else None)
        architecture, settings = self._plan(data, session)
        outcome = train(
            self._start(architecture, data.dtype, random_state, goes_on, session),
            data, settings, random_state, watch=EstimatorWatch(self),
            first_weights=() if goes_on else [initialize_from_data, *architecture.first_weights],
            resume=Resumption(
                self._record if goes_on else None,
                vars(self).get("_solver_state") if incremental else None,
                session, incremental, owns_rows=key is not None,
            ),
        )
        _kept_session.keep(self, key, outcome)
        return self._keep(outcome)

    def _settings(self) -> Settings:
        """Return the settings of training that the parameters stand for."""
        return settings_from(
            self, owner=type(self).__name__, scored=self.scoring is not None,
            even=self._spreads_rows, auto_rows=self._rows_of_auto,
            whole_course=self._plans_its_length,
        )

    def _plan(self, data: Dataset, session: Any) -> tuple[Architecture, Settings]:
        """Return architecture and settings, once the loss is known to be defined for the data."""
        settings, targets = self._settings(), data.targets
        self._loss = targets.loss(settings.loss, settings.label_smoothing, settings.owner)
        check_loss(self._loss, data, self)
        architecture = self._build(n_rows(data.rows.X)) if session is None else self._built
        settings = architecture.settings(settings)
        smoothing = settings.on(n_rows(data.rows.X)).label_smoothing
        if smoothing != settings.label_smoothing:
            self._loss = targets.loss(settings.loss, smoothing, settings.owner)
        return architecture, settings

    def _build(self, n_samples: int) -> Architecture:
        with named(type(self).__name__):
            return self._architecture(self._task(n_samples))

    def _task(self, n_samples: int | None = None) -> Task:
        """Return what the network is to do, as the data and the loss say."""
        samples, targets = self._samples(), self._targets
        return Task(
            samples.shape, targets.output_shape, self._loss.link, targets.kind == "masks",
            samples.value_range, n_samples,
        )

    def _start(
        self,
        architecture: Architecture,
        dtype: np.dtype,
        random_state: np.random.RandomState,
        goes_on: bool,
        session: Any,
    ) -> Network:
        """Return a network with its first weights, or with those to go on with."""
        if session is None:
            self._built = architecture.kept()
        network = self._make_network(dtype) if session is None else session.network
        if goes_on:
            copy_weights(self, network, "; warm_start and partial_fit cannot change the layers")
        else:
            network.initialize(random_state, architecture.activation)
        return network

    def _keep(self, outcome: Outcome) -> list[tuple[str, type[Warning]]]:
        """Show what was trained; return what to warn of."""
        training = outcome.training
        self.__dict__.update(self._fitted_attributes(training), _targets=outcome.targets)
        if outcome.state is not None:
            self._solver_state = outcome.state
        _predictor.keep(self, training.network, self._weights())
        training.tasks.fit_ends(lambda: self._fitted_attributes(training))
        return training.notices

    def _decoded(self, X: Any, decode: Callable[[np.ndarray], Any], raw: bool = False) -> Any:
        """Return what the targets make of the network's outputs: a function called with them.

        The outputs are of shape (n_samples, n_outputs); ``raw`` ones are before the link.
        """
        if not self._shown.are_in(vars(self)):
            check_is_fitted(self)
        network = _predictor.predictor(self)
        rows = rows_to_predict(self, X, network.dtype)
        if vars(self).get("more_networks_"):
            outputs = mean_outputs(self, rows, raw)
        else:
            outputs = network.predict(rows, n_jobs=self.n_jobs, raw=raw)
        return of_series(decode(outputs), self._targets, rows)

    def _make_network(self, dtype: np.dtype) -> Network:
        samples, owner = self._samples(), type(self).__name__
        return self._built.network(
            samples.shape, self._loss, self.n_outputs_, dtype, samples.factor, owner
        )

    def _make_predictor(self, dtype: np.dtype) -> Network:
        """Return a network for the weights that the estimator shows."""
        self._shown.follow(self)
        return self._make_network(dtype)

    def _weights(self) -> list[np.ndarray]:
        """Return the weights that the fitted estimator shows: one list of arrays, of one dtype."""
        return shown_weights(self)

    def _show_weights(self, network: Network) -> dict[str, Any]:
        """Return the weights attributes of a network: views of its parameters."""
        return self._shown.show(network, self._built.names)

    def _fitted_layers(self) -> list[tuple[str, Layer]]:
        """Return the layers of the last fit with their names; none before it."""
        built = vars(self).get("_built")
        return [] if built is None else list(zip(built.names, built.layers, strict=True))

    def _fitted_attributes(self, training: Any) -> dict[str, Any]:
        """Return the attributes of a fit as if training had ended, with views of the weights."""
        shown = self._show_weights(training.network) | training.attributes()
        link = self._built.out_activation or self._loss.link
        return shown | {"out_activation_": link, "_record": training.record}

    def _is_stochastic(self) -> bool:
        if self.solver == "lbfgs":
            raise AttributeError(
                "partial_fit is only available for stochastic optimizers."
                f" {self.solver} is not stochastic."
            )
        return True

    def __sklearn_is_fitted__(self) -> bool:
        return self._shown.are_in(vars(self))

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        _predictor.adopt(self)

    def __copy__(self) -> NetworkEstimator:
        copied = type(self).__new__(type(self))
        copied.__dict__.update(vars(self))
        _predictor.share(self, copied)
        return copied
