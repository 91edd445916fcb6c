"""Checks of what goes into a network and what comes out: inputs, outputs and labels."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..data.numbers import as_dense
from ..data.numeric_targets import NumericTargets
from ..data.targets import ClassTargets
from ._examination import Examination, is_numbers
from ._finding import Finding
from ._training_checks import LEAST_SKILL, best_skill_of

LARGEST_INPUT = 30.0  # root mean square of a feature
MOST_SPREAD = 50.0  # of the largest feature relative to the median
SPARSE_PEAK = 3.0  # below it a feature may be small because it is mostly zero
SHORTEST = 0.03  # root mean square of the length of a row
SHORT = 0.15  # the same, where the network has not fitted
UNCENTRED = 8.0  # means relative to deviations, all features together, likewise
LARGEST_TARGET = 30.0  # root mean square of an output's targets
LEAST_TARGET = 0.03  # their deviation
UNCENTRED_TARGET = 3.0  # their mean in deviations
WELL_FITTED = 0.9  # share of the loss of constant outputs that is gone
LEAST_DEVIATION = 1e-2  # of the outputs relative to their size
COMMON = 0.02  # share of the rows of a class that has to be predicted
FEWEST_ROWS = 5  # of such a class, and of what is called a suspect
MOST_SUSPECTS = 0.02  # share of the rows
SURE_SHARE = 0.2  # of the wrong rows that are suspects
MODEST = 0.5  # share of its errors that a network expects by its probabilities
MOST_OF_PROUD = 0.05, 0.35  # both shares, where it expects fewer
FAR = 6.0  # robust deviations of a residual


@dataclass
class _Inputs:
    """Mean, deviation and largest absolute number of each feature."""

    mean: np.ndarray
    deviation: np.ndarray
    peak: np.ndarray


def first_inputs(seen: Examination) -> _Inputs | None:
    """Return figures of what each unit of the first layer with weights reads."""
    before, weighted = None, {layer.name for layer in seen.weights}
    for layer in seen.layers:
        if layer.name in weighted:
            break
        if hasattr(layer.layer, "_parts"):
            continue
        before = layer
    if before is not None:
        peak = np.maximum(np.abs(before.least), np.abs(before.greatest))
        return _Inputs(before.mean, before.deviation, peak)
    if not is_numbers(seen.X):
        return None
    X = as_dense(seen.X).reshape(len(seen.X), -1).astype(float) * seen.network.scale
    return _Inputs(X.mean(axis=0), X.std(axis=0), np.abs(X).max(axis=0, initial=0.0))


def check_inputs(seen: Examination) -> Iterator[Finding]:
    """Find inputs that are large, tiny, far from zero, or of very different sizes."""
    inputs = first_inputs(seen)
    if inputs is None or not len(inputs.mean):
        return
    sizes = np.hypot(inputs.mean, inputs.deviation)
    if not np.isfinite(sizes).all() or not (sizes > 0).any():
        return
    peaks, sizes = inputs.peak[sizes > 0], sizes[sizes > 0]
    largest, median = float(sizes.max()), float(np.median(sizes))
    length = float(np.linalg.norm(sizes))
    offset = float(np.linalg.norm(inputs.mean))
    spread = float(np.linalg.norm(inputs.deviation))
    unequal = (
        largest > MOST_SPREAD * median
        and peaks.max() > max(SPARSE_PEAK, MOST_SPREAD * np.median(peaks))
    )
    figure = f"inputs are of size {median:,.3g} in the middle and {largest:,.3g} at most"
    if not (largest > LARGEST_INPUT or unequal or length < SHORTEST):
        if len(seen.chosen) < FEWEST_ROWS or not _is_unfitted(seen):
            return
        if offset > UNCENTRED * spread and median > 1:
            figure = f"inputs have means {offset / max(spread, 1e-300):.2g} times their deviations"
        elif length >= SHORT:
            return
    yield Finding(
        "unscaled_inputs", seen.weights[0].name, largest, figure,
        "make_pipeline(StandardScaler(), ...), BatchNorm() as the first layer, or for images"
        " X / 255",
    )


def _is_unfitted(seen: Examination) -> bool:
    """Whether losses are known, and none of them is small: what may harm does."""
    skill = best_skill_of(seen)
    return bool(skill < WELL_FITTED)


def check_targets(seen: Examination) -> Iterator[Finding]:
    """Find targets that are large, tiny or far from zero for a network that has not fitted."""
    targets = seen.estimator._targets
    numeric = isinstance(targets, NumericTargets) and seen.network.loss.link == "identity"
    if not numeric or seen.rows is None or getattr(targets, "mean", None) is not None:
        return
    if seen.rows.y is seen.rows.X or not is_numbers(seen.rows.y):
        return
    y = seen.rows.y.reshape(len(seen.rows.y), -1).astype(float)
    if not seen.varies or len(y) < FEWEST_ROWS or not _is_unfitted(seen):
        return
    mean, deviation = np.abs(y.mean(axis=0)), y.std(axis=0)
    size = np.hypot(mean, deviation)
    far = (mean > UNCENTRED_TARGET * deviation) & (size > 1)
    tiny = (size > 0) & (size < LEAST_TARGET)
    wrong = np.flatnonzero((size > LARGEST_TARGET) | tiny | far)
    if len(wrong):
        first = int(wrong[size[wrong].argmax()])
        yield Finding(
            "unscaled_targets", seen.names[-1], float(size[first]),
            f"targets have mean {y.mean(axis=0)[first]:,.3g} and deviation"
            f" {deviation[first]:,.3g}",
            "TransformedTargetRegressor(..., transformer=StandardScaler()), so that they have"
            " mean 0 and deviation 1",
        )


def check_outputs(seen: Examination) -> Iterator[Finding]:
    """Find outputs that are the same for all rows, and classes that are never predicted."""
    raw = seen.raw_outputs
    if len(raw) < 2:
        return
    if not np.isfinite(raw).all():
        yield Finding(
            "non_finite_outputs", seen.names[-1], float((~np.isfinite(raw)).sum()),
            "some outputs are NaN or infinite", "scale X, or fit again with smaller weights",
        )
        return
    deviation = float(np.sqrt(raw.var(axis=0).mean()))
    size = _size_of_targets(seen)
    if deviation < LEAST_DEVIATION * size:
        yield Finding(
            "constant_outputs", seen.names[-1], deviation / size,
            f"outputs vary by {deviation:.1g} over the rows",
            "see what is found of the layers; else a lower learning_rate_init, smaller alpha, and"
            " X that says something about y",
        )
        return
    yield from _collapsed(seen)


def _size_of_targets(seen: Examination) -> float:
    """Return how much outputs should vary: 1 for classes, else the deviation of the targets."""
    if seen.estimator._targets.classes is not None or seen.rows is None:
        return 1.0
    if not is_numbers(seen.rows.y):
        return 1.0
    scale = seen.network.target_scale(seen.rows.X, seen.rows.y)
    return scale * float(np.sqrt(seen.rows.y.astype(float).var(axis=0).mean())) or 1.0


def _collapsed(seen: Examination) -> Iterator[Finding]:
    codes, targets = seen.codes, seen.estimator._targets
    if codes is None:
        return
    n_classes = len(targets.classes)
    present = np.bincount(codes, minlength=n_classes)
    predicted = np.bincount(targets.codes(seen.raw_outputs).ravel().astype(int),
                            minlength=n_classes)
    common = (present >= FEWEST_ROWS) & (present >= COMMON * len(codes))
    missing = np.flatnonzero(common & (predicted < 0.1 * present))
    if len(missing):
        label = targets.classes[missing[0]]
        yield Finding(
            "collapsed_classes", seen.names[-1], float(len(missing)),
            f"class {label!r} has {present[missing[0]]:,} rows and {predicted[missing[0]]:,}"
            f" predictions" + (f", {len(missing)} classes alike" if len(missing) > 1 else ""),
            "class_weight='balanced', more rows of it, more epochs, or another threshold on"
            " predict_proba",
        )


def suspects_of(seen: Examination) -> np.ndarray:
    """Return the rows that the network contradicts, the most doubtful first."""
    if seen.rows is None or not np.isfinite(seen.outputs).all():
        return np.empty(0, np.int64)
    if seen.codes is not None:
        return _suspect_labels(seen)[0]
    if isinstance(seen.estimator._targets, NumericTargets):
        return _suspect_targets(seen)
    return np.empty(0, np.int64)


def _suspect_labels(seen: Examination) -> tuple[np.ndarray, float]:
    """Return the suspects of confident learning, and their share of the rows not predicted.

    A row is one if another class is as probable as the class is, on average, for the rows that
    bear its label: Northcutt, Jiang and Chuang 2021.
    """
    codes, targets = seen.codes, seen.estimator._targets
    assert codes is not None and isinstance(targets, ClassTargets)
    none = np.empty(0, np.int64), 0.0
    if seen.network.loss.link not in ("softmax", "logistic"):
        return none
    probable = targets.probabilities(seen.outputs)
    if probable.shape[1] != len(targets.classes):
        return none
    own = probable[np.arange(len(codes)), codes]
    counts = np.bincount(codes, minlength=probable.shape[1])
    sure = np.bincount(codes, own, minlength=len(counts)) / np.maximum(counts, 1)
    sure[counts == 0] = math.inf
    other = np.where(np.arange(len(counts)) == codes[:, None], 0.0, probable)
    best = other.argmax(axis=1)
    highest = other[np.arange(len(codes)), best]
    found = np.flatnonzero((highest >= sure[best]) & (highest > 2 * own))
    wrong = int((probable.argmax(axis=1) != codes).sum())
    order = np.argsort(own[found] - highest[found], kind="stable")
    return found[order], len(found) / max(wrong, 1)


def _is_modest(seen: Examination) -> bool:
    """Whether a network knows how often it is wrong; if not, its sureness says little of labels."""
    targets = seen.estimator._targets
    assert isinstance(targets, ClassTargets)
    probable = targets.probabilities(seen.outputs)
    wrong = float(np.mean(probable.argmax(axis=1) != seen.codes))
    return bool(1 - probable.max(axis=1).mean() >= MODEST * wrong)


def _suspect_targets(seen: Examination) -> np.ndarray:
    """Return the rows whose residual is far from the others', and beyond the targets' spread."""
    assert seen.rows is not None
    if not isinstance(seen.rows.y, np.ndarray) or seen.rows.y.shape != seen.outputs.shape:
        return np.empty(0, np.int64)
    y = seen.rows.y.astype(float)
    residuals = y - seen.outputs
    spread = 1.4826 * np.median(np.abs(residuals - np.median(residuals, axis=0)), axis=0)
    scale = np.maximum(spread * FAR, y.std(axis=0))
    far = np.abs(residuals / np.where(scale > 0, scale, np.inf)).max(axis=1)
    found = np.flatnonzero(far > 1)
    return found[np.argsort(-far[found], kind="stable")]


def clear_outliers(seen: Examination) -> bool:
    """Whether few targets lie far away, and the network predicts the others well."""
    if not isinstance(seen.estimator._targets, NumericTargets):
        return False
    suspects = suspects_of(seen)
    if len(suspects) < FEWEST_ROWS or not MOST_SUSPECTS <= len(suspects) / len(seen.chosen) < 0.25:
        return False
    assert seen.rows is not None
    y, outputs = (np.delete(numbers, suspects, axis=0) for numbers in (seen.rows.y, seen.outputs))
    lost = np.square(y.astype(float) - np.median(y - outputs, axis=0) - outputs).sum()
    return bool(lost < (1 - 2 * LEAST_SKILL) * np.square(y - y.mean(axis=0)).sum())


def check_labels(seen: Examination) -> Iterator[Finding]:
    """Find rows whose label, or target, the network contradicts."""
    suspects = suspects_of(seen)
    share = len(suspects) / max(1, len(seen.chosen))
    if len(suspects) < FEWEST_ROWS or share < MOST_SUSPECTS:
        return
    if seen.codes is None:
        if share < 0.25:
            yield Finding(
                "outlying_targets", "", share,
                f"{len(suspects):,} targets lie far from what is predicted, beyond"
                f" {FAR:g} deviations of the others",
                "look at these rows (suspects); loss='huber' or 'absolute_error' heeds them less",
            )
        return
    sure, modest = _suspect_labels(seen)[1], _is_modest(seen)
    least, least_sure = (MOST_SUSPECTS, SURE_SHARE) if modest else MOST_OF_PROUD
    if share >= least and sure > least_sure:
        yield Finding(
            "label_noise", "", share,
            f"{len(suspects):,} rows ({share:.1%}) have a label that the network contradicts",
            "look at these rows (suspects) and correct or drop them; label_smoothing=0.1 and early"
            " stopping heed them less",
        )
