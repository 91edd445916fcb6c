"""Greedy layer-wise pretraining: each hidden layer as a restricted Boltzmann machine."""

from __future__ import annotations

import copy
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from ..._user_warnings import warn_user
from ...callbacks import FitTasks
from ...data.checks import named
from ...data.frequencies import repeated_rows
from ...data.rows import Rows, rows_of, spread, stacked
from ...data.sources import Source
from ...exceptions import NonFiniteLossWarning
from ...network.network import Network
from ...training.record import TrainingRecord
from ...training.reporting import make_reporter
from ...training.stopping import is_out_of_time
from ..base.sizes import sizes
from ..boltzmann.checks import notices_of_range
from ..boltzmann.gaussian import GaussianRBM
from ..boltzmann.rbm import BernoulliRBM
from .association import top_machine

_MOST_SHOWN = 1000  # rows whose reconstruction error is computed
_SLOWER = 0.1  # the learning rate's factor of real-valued visible units


class Pretraining:
    """Trains machines on X, and each on the features of the one below.

    Hinton, Osindero and Teh 2006; Hinton and Salakhutdinov 2006.

    Parameters
    ----------
    estimator : BaseDBN
    network : Network
        Whose layers get the machines' weights.
    rows : Rows
        Of the fit.
    random : RandomState
        Draws the seeds of the machines.
    """

    def __init__(
        self, estimator: Any, network: Network, rows: Rows, random: np.random.RandomState
    ):
        self.estimator, self.network, self.rows, self.random = estimator, network, rows, random
        self.owner, self._started = type(estimator).__name__, time.perf_counter()
        self.widths = sizes(estimator.hidden_layer_sizes)
        self.has_labels = network.objective is not None
        self.rbms: list[Any] = []
        self.curves: list[list[float]] = []
        self._diverged = False
        n_epochs = len(self.widths) * estimator.pretraining_max_iter
        self.tasks = FitTasks.of(estimator, n_epochs + estimator.max_iter, [
            lambda: rows.X, lambda: rows.labels, lambda: rows.sample_weight
        ])

    def run(self, X: Any) -> bool:
        """Pretrain all layers, as far as `max_time` and callbacks let it.

        Returns
        -------
        bool
            Whether Ctrl-C ended it.

        Raises
        ------
        KeyboardInterrupt
            On Ctrl-C before the end of the first epoch.
        """
        try:
            for place, units in enumerate(self.widths):
                is_top = place == len(self.widths) - 1
                if is_top and self.has_labels:
                    self._train_top()
                elif not self._train_machine(int(units), X):
                    break
                elif not is_top:
                    X = self.rbms[-1].transform(X)
        except KeyboardInterrupt:
            if not any(self.curves):
                raise
            return True
        return False

    def _train_machine(self, units: int, X: Any) -> bool:
        """Train a machine; return whether further ones are to follow."""
        estimator, place, n_samples = self.estimator, len(self.rbms), X.shape[0]
        kind = GaussianRBM if place == 0 and estimator.visible == "gaussian" else BernoulliRBM
        rbm = kind(
            units, batch_size=estimator.pretraining_batch_size,
            learning_rate=estimator.pretraining_learning_rate
            * (1 if kind is BernoulliRBM else _SLOWER),
            n_iter=estimator.pretraining_max_iter,
            random_state=int(self.random.randint(np.iinfo(np.int32).max)), algorithm="cd",
            n_gibbs_steps=estimator.n_gibbs_steps, momentum=estimator.pretraining_momentum,
            alpha=estimator.pretraining_alpha, visible_bias_init="data", dtype=estimator.dtype,
            n_jobs=estimator.n_jobs,
        )
        some = rows_of(X, spread(n_samples, _MOST_SHOWN))

        def epoch() -> float:
            with warnings.catch_warnings(record=True) as caught, named(self.owner):
                warnings.simplefilter("always")
                rbm.partial_fit(rows_of(X, self.random.permutation(n_samples)))
            self.rbms[place:] = [rbm]
            write_machine(self.network, place, rbm)
            if any(issubclass(each.category, NonFiniteLossWarning) for each in caught):
                warn_user(
                    f"{self.owner}: pretraining of layer {place + 1} diverged in epoch"
                    f" {len(self.curves[place]) + 1} and ended; the weights of the epoch before"
                    f" were kept. Lower pretraining_learning_rate"
                    f" ({estimator.pretraining_learning_rate:g})", NonFiniteLossWarning,
                )
                self._diverged = True
            return reconstruction_error(rbm, some)

        return self._run_epochs(epoch, n_samples)

    def _train_top(self) -> None:
        """Train the top machine, with label units, on the features of the rows that have labels."""
        X = self.rows.X
        for rbm in self.rbms:
            X = rbm.transform(X)
        with top_machine(self.estimator, self.network, X, self.rows, self.random) as epoch:
            self._run_epochs(epoch, X.shape[0])

    def _run_epochs(self, epoch: Callable[[], float], n_samples: int) -> bool:
        """Run epochs of a layer, each of which returns its loss; return whether to go on."""
        estimator, n_epochs = self.estimator, self.estimator.pretraining_max_iter
        self.curves.append([])
        self._diverged = False
        title = f"{self.owner}, layer {len(self.curves)} of {len(self.widths)}"
        reporter = make_reporter(estimator.verbose, n_epochs, title)
        try:
            for number in range(1, n_epochs + 1):
                self.tasks.epoch_begins()
                loss = epoch()
                self.curves[-1].append(loss)
                reporter.epoch(number, loss, n_samples)
                asked = self.tasks.epoch_ends(self._attributes)
                if self._diverged:
                    break
                if is_out_of_time(estimator.max_time, self._started, reporter) or asked:
                    return False
        finally:
            reporter.close()
        return True

    def _attributes(self) -> dict[str, Any]:
        """Return the fitted attributes as if training had ended, for callbacks."""
        estimator, record = self.estimator, TrainingRecord()
        return copy.deepcopy(estimator._show_weights(self.network) | {
            "rbms_": self.rbms, "pretraining_loss_curves_": self.curves, "n_iter_": 0, "t_": 0,
            "loss_": record.loss, "loss_curve_": [], "_record": record,
            "out_activation_": estimator._loss.link,
        })


def write_machine(network: Network, place: int, rbm: Any) -> None:
    """Write the weights of a machine into a hidden layer of a network, in place."""
    values = [variables for variables in network.variables if "kernel" in variables][place]
    values["kernel"][...], values["bias"][...] = rbm.components_.T, rbm.intercept_hidden_
    if "generative_kernel" in values:
        values["generative_kernel"][...] = rbm.components_
        values["generative_bias"][...] = rbm.intercept_visible_


def reconstruction_error(rbm: Any, X: Any) -> float:
    """Return the mean squared error of rows that a machine gives back from their features."""
    found = rbm.inverse_transform(rbm.transform(X))
    return float(np.mean(np.square(np.asarray(X - found, np.float64))))


def pretrain(
    estimator: Any, network: Network, rows: Rows, random: np.random.RandomState
) -> bool:
    """Write the weights of machines trained in turn into a network's hidden layers, in place.

    Weights of rows count as repetitions. Rows of ``X_unlabelled`` are added. Sets ``rbms_`` and
    ``pretraining_loss_curves_``. Returns whether Ctrl-C ended it.
    """
    work = Pretraining(estimator, network, rows, random)
    interrupted = work.run(rows_to_model(estimator, rows, network.dtype))
    estimator._begun_tasks = work.tasks
    estimator.rbms_, estimator.pretraining_loss_curves_ = work.rbms, work.curves
    return interrupted


def rows_to_model(estimator: Any, rows: Rows, dtype: np.dtype) -> Any:
    """Return the rows that pretraining learns from; warn if they are no probabilities."""
    X, weight, owner = rows.X, rows.sample_weight, type(estimator).__name__
    if isinstance(X, Source):
        raise TypeError(
            f"{owner}: X is read in parts, but pretraining needs all rows in memory; pass an array"
            " of as many rows as fit, such as a random sample, or blocks with a larger buffer"
        )
    unlabelled = vars(estimator).get("_unlabelled")
    if unlabelled is not None:
        with named(f"{owner}: X_unlabelled"):
            more = estimator._samples().check(unlabelled, dtype)
        X = stacked(X, more)
        weight = None if weight is None else np.concatenate([weight, np.ones(more.shape[0])])
    X = rows_of(X, repeated_rows(X, weight))
    if estimator.visible == "bernoulli":
        for message, category in notices_of_range(X, owner, "visible='gaussian'"):
            warn_user(message, category)
    return X
