"""A network of two inputs that is trained step by step, without a browser."""

from __future__ import annotations

import warnings
from dataclasses import replace
from numbers import Integral
from typing import Any

import numpy as np

from ..estimators import MLPClassifier
from ._points import REACH, features_of, make_points
from ._settings import IN_TRAINING, Settings, known

_CLASSES = (0, 1)
_TOO_SLOW_TO_MOVE = 1e-12  # a learning rate that leaves the initial weights where they are


class Playground:
    """Points in the plane and a perceptron that learns them, epoch by epoch.

    It is what ``python -m skneural.playground`` shows, and trains an `MLPClassifier` by
    ``partial_fit``. Half of the points are for training.

    Parameters
    ----------
    **settings
        Any of these:

        - ``data`` : {"circle", "xor", "spiral", "gauss"}, default="circle"
        - ``n_samples`` : int, default=400
        - ``noise`` : float from 0 to 1, default=0.1
        - ``features`` : sequence of {"x1", "x2", "x1^2", "x2^2", "x1 x2", "sin x1", "sin x2"},
          default=("x1", "x2"); what the network is given of a point
        - ``layers`` : int, default=2; hidden ones
        - ``units`` : int, default=6; of each hidden layer
        - ``activation`` : {"tanh", "relu", "logistic", "gelu", "silu", "identity"}, default="tanh"
        - ``learning_rate`` : float, default=0.01; of Adam
        - ``regularization`` : {"none", "L2", "dropout"}, default="none"
        - ``rate`` : float, default=0.001; the strength of L2, or the share of units left out
        - ``batch_size`` : int, default=20
        - ``random_state`` : int, default=0

    Attributes
    ----------
    settings : dataclass
        The settings in force.
    X, y : ndarray of shape (n_samples, 2), ndarray of shape (n_samples,)
        Points and their classes, 0 or 1; the first half is for training.
    estimator : MLPClassifier
        What is trained, on the chosen features; before the first step, with its initial weights.
    n_epochs : int
        Epochs trained.
    losses, test_losses : list of float
        Log loss of both halves before the first epoch and after each.
    message : str
        What the last step warned of, "" for nothing.

    Raises
    ------
    TypeError
        For a setting that is not there.
    ValueError
        For a value that it cannot have.

    Examples
    --------
    >>> from skneural.playground import Playground
    >>> playground = Playground(data="circle", learning_rate=0.03)
    >>> playground.step(60)
    >>> playground.test_losses[-1] < 0.5 * playground.test_losses[0]
    True
    """

    def __init__(self, **settings: Any) -> None:
        self.settings = Settings(**known(settings))
        self.reset()

    def configure(self, **settings: Any) -> None:
        """Change settings; begin anew, unless only the learning rate or the batch size changes.

        Parameters
        ----------
        **settings
            As of the class.

        Raises
        ------
        TypeError
            For a setting that is not there.
        ValueError
            For a value that it cannot have; nothing is changed then.
        """
        before, self.settings = self.settings, replace(self.settings, **known(settings))
        after = self.settings
        changed = {name for name in settings if getattr(before, name) != getattr(after, name)}
        if changed - IN_TRAINING:
            self.reset()
        elif changed:
            self.estimator.set_params(**self._in_training())
            # as with scikit-learn's, `partial_fit` goes on at the rate that it began with
            self.estimator._solver_state.learning_rate = float(after.learning_rate)

    def reset(self) -> None:
        """Forget what was trained, and make points and first weights by the settings."""
        settings = self.settings
        self.X, self.y = make_points(
            settings.data, settings.n_samples, settings.noise, settings.random_state
        )
        self._features = features_of(self.X, settings.features)
        self._half = len(self.X) // 2
        self.n_epochs, self.message = 0, ""
        self.losses: list[float] = []
        self.test_losses: list[float] = []
        self.estimator = self._new().set_params(learning_rate_init=_TOO_SLOW_TO_MOVE)
        self._train()
        self._note_losses()

    def step(self, n_epochs: int = 1) -> None:
        """Train for some epochs.

        Parameters
        ----------
        n_epochs : int, default=1

        Raises
        ------
        ValueError
            If it is no int of 0 or more.
        """
        if isinstance(n_epochs, bool) or not isinstance(n_epochs, Integral) or n_epochs < 0:
            raise ValueError(f"Playground: n_epochs={n_epochs!r} must be an int of 0 or more")
        if n_epochs and self.n_epochs == 0:
            self.estimator = self._new()
        for _ in range(n_epochs):
            self._train()
            self.n_epochs += 1
            self._note_losses()

    def predict_proba(self, points: np.ndarray) -> np.ndarray:
        """Return the probability of class 1.

        Parameters
        ----------
        points : ndarray of shape (n_samples, 2)

        Returns
        -------
        probability : ndarray of shape (n_samples,)
        """
        rows = features_of(np.asarray(points, float), self.settings.features)
        return self.estimator.predict_proba(rows)[:, 1]

    def boundary(self, resolution: int = 64) -> np.ndarray:
        """Return the probability of class 1 over the square from -6 to 6.

        Parameters
        ----------
        resolution : int, default=64
            Cells in each direction.

        Returns
        -------
        probability : ndarray of shape (resolution, resolution)
            Rows are x2, from below, columns x1, each in the middle of its cell.
        """
        middles = ((np.arange(resolution) + 0.5) / resolution * 2 - 1) * REACH
        across, up = np.meshgrid(middles, middles)
        probability = self.predict_proba(np.column_stack([across.ravel(), up.ravel()]))
        return probability.reshape(resolution, resolution)

    def _new(self) -> MLPClassifier:
        settings = self.settings
        return MLPClassifier(
            (int(settings.units),) * int(settings.layers), settings.activation, n_jobs=1,
            alpha=float(settings.rate) if settings.regularization == "L2" else 0.0,
            dropout=float(settings.rate) if settings.regularization == "dropout" else 0.0,
            random_state=int(settings.random_state), **self._in_training(),
        )

    def _in_training(self) -> dict[str, Any]:
        """Return the parameters that can change while the network is trained."""
        return {
            "learning_rate_init": float(self.settings.learning_rate),
            "batch_size": min(int(self.settings.batch_size), self.settings.n_samples // 2),
        }

    def _train(self) -> None:
        """Train for an epoch, and note what is warned of."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            half = slice(self._half)
            self.estimator.partial_fit(self._features[half], self.y[half], classes=_CLASSES)
        self.message = str(caught[-1].message) if caught else ""

    def _note_losses(self) -> None:
        # not by scikit-learn's log_loss, whose checks take five times as long as the epoch
        probability = self.estimator.predict_proba(self._features)
        given = np.take_along_axis(probability, self.y[:, None], axis=1)[:, 0]
        loss = -np.log(np.maximum(given, np.finfo(float).tiny))
        self.losses.append(float(loss[: self._half].mean()))
        self.test_losses.append(float(loss[self._half :].mean()))
