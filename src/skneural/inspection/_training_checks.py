"""Checks of the course of training: its curves, and what the losses tell beside each other."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from sklearn.base import OutlierMixin

from ._examination import Examination
from ._finding import Finding
from ._layer_checks import update_ratio

FEWEST_EPOCHS = 5  # to judge a curve by
MOST_NOISE = 0.05  # mean rise of the loss from one epoch to the next, relative to the loss
MOST_RISES = 0.25  # share of the way that the curve goes upwards
WORSE = 1.02  # times the loss of constant outputs
FAR_WORSE = 10.0  # the same, where there are few epochs
STILL_FALLING = 0.075  # of the whole descent, in the last tenth of training
SMALL_UPDATE = 3e-4  # relative to the weights
LEAST_SKILL = 0.2  # share of the loss of constant outputs that is gone
MOST_GAP = 0.3  # of losses on other rows and in training, in losses of constant outputs
MOST_GAP_STOPPED = 0.6  # the same, where early stopping has chosen the epoch by few rows
STALE = 0.3  # of losses in prediction and in training, likewise


def noise_of(curve: np.ndarray) -> tuple[float, float]:
    """Return the mean rise in the second half relative to the loss, and the share of rises."""
    half = curve[len(curve) // 2 :]
    steps = np.diff(half)
    if not len(steps):
        return 0.0, 0.0
    rises, way = steps[steps > 0].sum(), np.abs(steps).sum()
    return float(rises / len(steps) / max(half.mean(), 1e-300)), float(rises / (way or 1.0))


def falling(curve: np.ndarray) -> float:
    """Return the share of the whole descent that the last tenth of training brought."""
    tail = max(1, len(curve) // 10)
    if len(curve) < 2 * tail + 1:
        return 0.0
    whole = curve[0] - curve[-1]
    if whole <= 0:
        return 0.0
    return float((curve[-1 - tail] - curve[-1]) / whole) * (0.1 * len(curve) / tail)


def check_curve(seen: Examination) -> Iterator[Finding]:
    """Find a learning rate that is too high or too low, and training that was cut short."""
    curve, unit = np.asarray(seen.record.loss_curve, float), seen.unit
    rate = seen.rate
    lower = f"lower learning_rate_init (it was {rate:.2g}) by a factor of 10, scaled X and y"
    if len(curve) and not np.isfinite(curve).all():
        yield Finding(
            "high_learning_rate", "", math.inf, "the loss became infinite or NaN", lower
        )
        return
    if not len(curve):
        return
    last, least = float(curve[-3:].mean()), float(curve.min())
    matters = not unit > 0 or last > 0.05 * unit
    rise, share = noise_of(curve)
    if len(curve) < FEWEST_EPOCHS:
        if last > FAR_WORSE * unit:
            yield Finding(
                "high_learning_rate", "", last / unit,
                f"the training loss is {last:.3g}, a constant has {unit:.3g}", lower,
            )
    elif last > 1.5 * least and last - least > 0.3 * (unit if unit > 0 else last):
        yield Finding(
            "high_learning_rate", "", last / least,
            f"the training loss ends at {last:.3g}, it was {least:.3g}", lower,
        )
    elif share > MOST_RISES and curve[len(curve) // 2 :].min() > WORSE * unit:
        yield Finding(
            "high_learning_rate", "", last / unit,
            f"the training loss goes up and down at {last:.3g}, a constant has {unit:.3g}", lower,
        )
    elif rise > MOST_NOISE and share > MOST_RISES and matters:
        yield Finding(
            "high_learning_rate", "", rise,
            f"the training loss rises by {rise:.0%} an epoch between its falls", lower,
        )
    elif share <= MOST_RISES and seen.record.n_iter >= seen.settings.max_iter:
        yield from _unfinished(seen, falling(curve))


def _unfinished(seen: Examination, share: float) -> Iterator[Finding]:
    if share <= STILL_FALLING:
        return
    ratios = [update_ratio(layer) for layer in seen.weights]
    ratio = float(np.nanmedian(ratios)) if np.isfinite(ratios).any() else math.nan
    if ratio < SMALL_UPDATE:
        yield Finding(
            "low_learning_rate", "", ratio,
            f"an update changes the weights by {ratio:.1g} of their size, and the loss still falls",
            f"raise learning_rate_init (it was {seen.rate:.2g}) by a factor of 10",
        )
    else:
        yield Finding(
            "unfinished_training", "", share,
            f"the last tenth of training brought {share:.0%} of the descent of the loss",
            f"raise max_iter (it was {seen.settings.max_iter}), or learning_rate_init",
        )


def kept_epoch(seen: Examination) -> int:
    """Return the epoch whose weights the estimator has."""
    record, settings = seen.record, seen.settings
    if settings.early_stopping and settings.restore_best_weights:
        if record.validation_scores and seen.settings.scored:
            return int(np.argmax(record.validation_scores))
        if record.validation_losses:
            return int(np.argmin(record.validation_losses))
    return -1


def training_loss(seen: Examination) -> float:
    """Return the loss on the rows trained on, of the weights that the estimator has."""
    curve, epoch = seen.record.loss_curve, kept_epoch(seen)
    if not curve:
        return math.nan
    return float(curve[epoch]) if epoch < len(curve) else float(curve[-1])


def other_loss(seen: Examination) -> tuple[float, str]:
    """Return the loss on rows that were not trained on, and where it is from.

    It is that of the validation rows; without these that of the rows given, which have the loss of
    training if they are those trained on.
    """
    losses, epoch = seen.record.validation_losses, kept_epoch(seen)
    if losses:
        return float(losses[epoch] if epoch < len(losses) else losses[-1]), "on validation rows"
    return seen.loss, "on these rows"


def gap_of(seen: Examination) -> float:
    """Return by how much the loss on other rows exceeds that of training, in the loss's unit."""
    other, _ = other_loss(seen)
    return (other - training_loss(seen)) / seen.unit


def skill_of(seen: Examination) -> float:
    """Return which share of the loss of constant outputs is gone."""
    lost = seen.loss if seen.constant_loss > 0 else training_loss(seen)
    return 1 - lost / seen.unit


def best_skill_of(seen: Examination) -> float:
    """Return the larger share that is gone of the losses of these rows and of training.

    NaN where no loss is known, minus infinity where none is finite.
    """
    losses = [seen.loss if seen.varies else math.nan, training_loss(seen)]
    known = [loss for loss in losses if math.isfinite(loss)]
    if not known:
        return -math.inf if seen.record.loss_curve else math.nan
    return 1 - min(known) / seen.unit


def stale_of(seen: Examination) -> float:
    """Return by how much the loss by running statistics exceeds that of training, in its unit."""
    if not seen.varies or not seen.unit > 0 or not _has_statistics(seen):
        return 0.0
    return (seen.loss - seen.training_pass[0]) / seen.unit


def check_statistics(seen: Examination) -> Iterator[Finding]:
    """Find running statistics that are not those of the rows."""
    stale = stale_of(seen)
    if stale > STALE:
        yield Finding(
            "stale_statistics", "", stale,
            f"the loss is {seen.loss:.3g} by running statistics, {seen.training_pass[0]:.3g} by"
            " those of the batch",
            "more epochs or larger batches, so that batch normalization has seen enough; or"
            " normalization='layer'",
        )


def check_fit(seen: Examination) -> Iterator[Finding]:
    """Find overfitting and underfitting."""
    trained = training_loss(seen)
    if not seen.unit > 0 or stale_of(seen) > STALE:
        return
    if not seen.varies and not seen.record.validation_losses:
        return  # rows of one class may be the harder ones
    other, where = other_loss(seen)
    gap = gap_of(seen)
    stopped = seen.record.validation_losses and kept_epoch(seen) >= 0
    is_large = gap > (MOST_GAP_STOPPED if stopped else MOST_GAP)
    if is_large:
        yield Finding(
            "overfitting", "", gap,
            f"the loss is {trained:.3g} in training, {other:.3g} {where}",
            "early_stopping=True, more rows or augmentation, dropout, larger alpha, or a smaller"
            " network",
        )
    if isinstance(seen.estimator, OutlierMixin):
        return  # which is to reconstruct only what is common
    if not seen.varies and seen.rows is not None:
        return  # no constant of these rows is to be beaten
    skill = 1 - trained / seen.unit if is_large else skill_of(seen)
    if skill < LEAST_SKILL:
        yield Finding(
            "underfitting", "", skill,
            f"the loss is {max(0.0, 1 - skill):.0%} of that of a constant",
            "more units or layers, smaller alpha, less dropout, more epochs, or another"
            " learning_rate_init; or X says little about y, and no more can be learned",
        )


def _has_statistics(seen: Examination) -> bool:
    return any("batch" in type(layer.layer).__name__.lower() for layer in seen.layers)
