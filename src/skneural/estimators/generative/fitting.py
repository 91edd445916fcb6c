"""The fit of an adversarial network: its start, its epochs, and an epoch on more rows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from ..._user_warnings import warn_user
from ...data.checks import unchanged_on_error
from ...data.known_classes import check_announced
from ...engine.compile.cache_warning import postponed, warn_of_cache
from ...exceptions import NonFiniteLossWarning
from . import classes as _classes
from .collapse import collapse_notice
from .layers import adversaries
from .marginals import Marginals, Quantiles, Range
from .objectives import Game
from .training import AdversarialTraining

_MOST_SEEDS = 1 << 31
_AUTO_ROWS = 64  # of a batch
_COMPARED = 200  # samples that are looked at for a collapse

Notices = list[tuple[str, type[Warning]]]


@dataclass(frozen=True)
class Setting:
    """What a fit learns before its first epoch.

    Parameters
    ----------
    marginals : Marginals
    dtype : dtype
        Of the networks.
    classes : ndarray or None
        None if there is no y.
    """

    marginals: Marginals
    dtype: np.dtype
    classes: np.ndarray | None

    def attributes(self, codes: np.ndarray) -> dict[str, Any]:
        """Return them as fitted attributes."""
        shown: dict[str, Any] = {"_marginals": self.marginals, "_class_shares": None}
        if self.classes is not None:
            counts = np.bincount(codes, minlength=len(self.classes))
            shown |= {"classes_": self.classes, "_class_shares": counts / counts.sum()}
        return shown


def fit_rounds(estimator: Any, X: Any, y: Any) -> None:
    """Fit both networks; the arguments are as the user passed them."""
    with estimator._rounds(X, y) as (data, rounds):
        vars(estimator).pop("classes_", None)
        owner, random = rounds.owner, rounds.random_state(estimator.random_state)
        setting, codes, rounds.notices[:] = _setting(estimator, data.X, data.y, None)
        game = _game(estimator, data.X, codes, setting, random)
        training = _training(estimator, game, random)
        with training:
            training.start(random)
            judged: list[float] = []
            before = rounds.resumed()
            if before is not None:
                training.state, judged = before["_state"], before["discriminator_loss_curve_"]
                random.set_state(before["random"])
            for number in rounds:
                own, other = training.epoch(random.permutation(len(data.X)))
                if number and not (math.isfinite(own + other) and training.is_finite()):
                    rounds.notices.append(_of_divergence(estimator, number))
                    break
                judged.append(other)
                rounds.end(own, {
                    **setting.attributes(codes), **training.networks(), "_state": training.state,
                    "generator_loss_curve_": [*rounds.losses, own],
                    "discriminator_loss_curve_": list(judged),
                }, len(data.X))
        drawn = setting.marginals.restored(_drawn(rounds.attributes(), _COMPARED, estimator))
        real, drawn = (
            setting.marginals.read(rows, setting.dtype).numbers()
            for rows in (data.X[:_COMPARED], drawn)
        )
        notice = collapse_notice(owner, real, drawn, judged, estimator.loss)
        rounds.notices += [] if notice is None else [(notice, UserWarning)]


def fit_once(estimator: Any, X: Any, y: Any, classes: Any) -> None:
    """Train for an epoch on rows, as a further one, or the first."""
    notices: Notices = []
    with postponed(), unchanged_on_error(estimator):
        estimator._check_parameters()
        goes_on, samples = hasattr(estimator, "generator_"), estimator._samples()
        dtype = estimator.generator_.dtype if goes_on else samples.accepted_dtypes()
        X, y = samples.check_with_targets(X, y, dtype, first=not goes_on)
        random = check_random_state(estimator.random_state)
        if goes_on:
            setting, codes = _known(estimator, y, classes)
        else:
            setting, codes, notices = _setting(estimator, X, y, classes)
        game = _game(estimator, X, codes, setting, random)
        if goes_on:
            _check_layers(estimator, game)
        with _training(estimator, game, random) as training:
            if goes_on:
                training.state = estimator._state
            else:
                training.start(random)
            own, other = training.epoch(random.permutation(len(X)))
            if not (math.isfinite(own + other) and training.is_finite()):
                raise FloatingPointError(_of_divergence(estimator, 0)[0])
            vars(estimator).update(training.networks(), _state=training.state)
        if not goes_on:
            vars(estimator).update(setting.attributes(codes))
        _note_losses(estimator, own, other, goes_on)
    for message, category in notices:
        warn_user(message, category)
    warn_of_cache()


def _setting(
    estimator: Any, X: np.ndarray, y: Any, classes: Any
) -> tuple[Setting, np.ndarray, Notices]:
    """Return what the first rows say, the codes of their classes, and warnings."""
    owner, samples = type(estimator).__name__, estimator._samples()
    notices: Notices = []
    if estimator.batch_size != "auto" and estimator.batch_size > len(X):
        notices.append((
            f"{owner}: batch_size={estimator.batch_size} is more than n_samples={len(X)}; a batch"
            " is all rows", UserWarning,
        ))
    known, codes = None, np.empty(0, np.int64)
    if y is not None:
        known, codes = _classes.learned(y, owner, classes)
        notice = _classes.notice_of_few(codes, known, owner)
        notices += [] if notice is None else [(notice, UserWarning)]
    elif classes is not None:
        raise ValueError(f"{owner}: classes were passed, but no y")
    marginals = (Quantiles if _by_quantiles(estimator, samples.shape) else Range).of(X)
    return Setting(marginals, samples.network_dtype(X), known), codes, notices


def _known(estimator: Any, y: Any, classes: Any) -> tuple[Setting, np.ndarray]:
    """Return what earlier rows said, and the codes of the classes of more of them."""
    owner, known = type(estimator).__name__, getattr(estimator, "classes_", None)
    if (y is None) != (known is None):
        how = "without y, which is passed now" if known is None else "with y, which is missing now"
        raise ValueError(f"{owner}: fitted {how}")
    codes = np.empty(0, np.int64)
    if known is not None:
        check_announced(classes, known, owner)
        _, codes = _classes.learned(y, owner, known)
    return Setting(estimator._marginals, estimator.generator_.dtype, known), codes


def _check_layers(estimator: Any, game: Game) -> None:
    """Raise a ValueError if the layers are others than those of the epochs before."""
    both = estimator.generator_, estimator.discriminator_
    known = [v.shape for network in both for of_layer in network.weights.values()
             for v in of_layer.values()]
    if known != [v.shape for of_layer in game.store.variables for v in of_layer.values()]:
        raise ValueError(
            f"{type(estimator).__name__}: partial_fit cannot change the layers; the parameters ask"
            " for others than those that were fitted"
        )


def _by_quantiles(estimator: Any, shape: tuple[int, ...]) -> bool:
    if estimator.scaling == "auto":
        is_table = len(shape) == 1 and estimator.input_shape is None
        return is_table and estimator.architecture == "dense"
    return estimator.scaling == "quantile"


def _game(
    estimator: Any, X: np.ndarray, codes: np.ndarray, setting: Setting,
    random: np.random.RandomState,
) -> Game:
    """Return the networks, and the rows as they read them."""
    marginals, rows = setting.marginals, setting.marginals.read(X, setting.dtype, random)
    n_classes = 0 if setting.classes is None else len(setting.classes)
    networks = adversaries(estimator, estimator.input_shape_, n_classes, marginals.bounded)
    return Game(networks, rows, codes, estimator.loss, float(estimator.label_smoothing))


def _training(
    estimator: Any, game: Game, random: np.random.RandomState
) -> AdversarialTraining:
    most = _AUTO_ROWS if estimator.batch_size == "auto" else int(estimator.batch_size)
    seed = int(random.randint(_MOST_SEEDS))
    return AdversarialTraining(estimator, game, min(most, len(game.rows)), seed)


def _drawn(attributes: dict[str, Any], n_samples: int, estimator: Any) -> np.ndarray:
    """Return samples as the discriminator reads them, always the same ones."""
    random, generator = np.random.RandomState(0), attributes["generator_"]
    classes, shares = attributes.get("classes_"), attributes["_class_shares"]
    codes = _classes.asked(None, n_samples, classes, shares, random, "")
    size = estimator.latent_size
    return drawn_by(generator, n_samples, size, codes, random, estimator.n_jobs)


def drawn_by(
    generator: Any, n_samples: int, latent_size: int, codes: np.ndarray,
    random: np.random.RandomState, n_jobs: int | None,
) -> np.ndarray:
    """Return samples of classes by a generator, flat ones, as the discriminator reads them."""
    (n_inputs,) = generator.input_shape
    latent = np.zeros((n_samples, n_inputs), generator.dtype)
    latent[:, :latent_size] = random.standard_normal((n_samples, latent_size))
    if len(codes):
        latent[np.arange(n_samples), latent_size + codes] = 1
    return generator.outputs(latent, n_jobs)


def _of_divergence(estimator: Any, number: int) -> tuple[str, type[Warning]]:
    kept = f"; those of epoch {number} are kept" if number else ""
    return (
        f"{type(estimator).__name__}: losses or weights were no finite numbers in epoch"
        f" {number + 1}{kept}. Lower"
        f" generator_learning_rate ({estimator.generator_learning_rate:g}) and"
        f" discriminator_learning_rate ({estimator.discriminator_learning_rate:g})",
        NonFiniteLossWarning,
    )


def _note_losses(estimator: Any, own: float, other: float, goes_on: bool) -> None:
    """Add the losses of an epoch to those before."""
    before = vars(estimator) if goes_on else {}
    curve = [*before.get("generator_loss_curve_", []), own]
    vars(estimator).update(
        generator_loss_curve_=curve, loss_curve_=list(curve), loss_=own, n_iter_=len(curve),
        discriminator_loss_curve_=[*before.get("discriminator_loss_curve_", []), other],
    )
