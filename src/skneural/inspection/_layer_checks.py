"""Checks of layers: their outputs, their weights, gradients and updates."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ..network.layer_figures import LayerFigures
from ..network.training_pass import WeightFigures
from ._examination import Examination
from ._finding import Finding

MOST_DEAD = 0.7  # share of the units of a layer
MOST_SPAN = 1e-4  # of a dead unit's outputs, in deviations of the unit that varies most
FEWEST_NUMBERS = 5  # of a unit, to call it dead
MOST_SATURATED = 0.6  # share of the numbers of a layer
MOST_CONSTANT = 0.5  # share of the units of a layer
MOST_ALIKE = 0.5  # share of the units of a layer
LEAST_GRADIENT = 1e-4  # of the first layers relative to the largest
FITTED = 0.1  # the loss of a network that fits, relative to that of constant outputs
MOST_GRADIENT = 1e2  # the loss by the logarithm of the weights, in losses of constant outputs
MOST_UPDATE = 0.1  # relative to the weights
_ROUNDING = 1e-6
_TWO_SIDED = {"logistic", "tanh", "hard_sigmoid"}


def dead_share(layer: LayerFigures) -> float:
    """Return the share of units that give the same for all rows, behind an activation.

    Those of "relu" are zero, and so nearly are those of "gelu" and "silu"; "elu" gives -1.
    Units of a sigmoid are saturated instead.
    """
    if layer.activation == "relu":
        return float(np.mean(layer.low == 1))
    if layer.activation == "identity" or layer.activation in _TWO_SIDED or layer.count < 2:
        return 0.0
    span = layer.greatest - layer.least
    return float(np.mean(span <= max(_ROUNDING, MOST_SPAN * layer.deviation.max(initial=0.0))))


def saturated_share(layer: LayerFigures) -> float:
    """Return the share of the numbers at either end of the range of a sigmoid."""
    ends = layer.low + layer.high
    return float(np.mean(ends)) if layer.activation in _TWO_SIDED else 0.0


def check_weights(seen: Examination) -> Iterator[Finding]:
    """Find weights that are no finite numbers."""
    for number, name in enumerate(seen.names):
        wrong = {
            variable: int((~np.isfinite(slot.values)).sum())
            for variable, slot in seen.network.slots(number).items()
        }
        for variable, n_wrong in wrong.items():
            if n_wrong:
                path = ".".join([name, *variable.split(".")[:-1]])
                yield Finding(
                    "non_finite_weights", path, n_wrong,
                    f"{n_wrong:,} numbers of {variable.split('.')[-1]!r} are NaN or infinite",
                    "fit again with a lower learning_rate_init, max_grad_norm=1.0, scaled X and y;"
                    " if the weights were set by hand, check them",
                )


def check_units(seen: Examination) -> Iterator[Finding]:
    """Find units that are dead, saturated or constant."""
    weighted = {layer.name for layer in seen.weights}
    for layer in seen.layers:
        dead, saturated = dead_share(layer), saturated_share(layer)
        inner = layer.activation == "relu" or layer.name != seen.names[-1]
        if dead > MOST_DEAD and layer.count >= FEWEST_NUMBERS and inner:
            same = "are zero" if layer.activation == "relu" else "give the same"
            yield Finding(
                "dead_units", layer.name, dead,
                f"{dead:.0%} of the {len(layer.low):,} units {same} for all rows",
                "lower learning_rate_init, activation='leaky_relu', initializer='he_normal', or"
                " normalization before the activation",
            )
        elif saturated > MOST_SATURATED:
            yield Finding(
                "saturated_units", layer.name, saturated,
                f"{saturated:.0%} of the outputs are at the ends of {layer.activation}",
                "scale X by StandardScaler, smaller first weights or larger alpha, or"
                " activation='relu'",
            )
        elif layer.name in weighted and layer.name != seen.names[-1]:
            size = np.maximum(np.abs(layer.mean), _ROUNDING)
            same = (layer.deviation <= _ROUNDING**0.5 * size) & (layer.low < 1)
            constant = float(np.mean(same))
            if constant > MOST_CONSTANT and layer.count > 1:
                yield Finding(
                    "constant_units", layer.name, constant,
                    f"{constant:.0%} of the {len(layer.low):,} units give the same for all rows",
                    "fewer units, less alpha or sparsity, or a lower learning_rate_init; check"
                    " that the layers before it pass X on",
                )


def check_likeness(seen: Examination) -> Iterator[Finding]:
    """Find units that have the same weights as another one."""
    for layer in seen.weights[:-1]:
        share = alike_share(layer)
        if share > MOST_ALIKE:
            yield Finding(
                "identical_units", layer.name, share,
                f"{share:.0%} of the units have the same weights as another",
                "draw first weights at random: the default initializer, not constants, which"
                " give all units the same gradient",
            )


def alike_share(layer: WeightFigures) -> float:
    """Return the share of units whose incoming weights are those of another unit."""
    kernel = layer.kernels[0]
    columns = kernel.reshape(-1, kernel.shape[-1]).T.astype(float)
    largest = np.abs(columns).max(initial=0.0)
    if columns.shape[1] < 2 or len(columns) < 2:
        return 0.0
    rounded = np.round(columns / (largest or 1.0), 5)
    return 1.0 - len(np.unique(rounded, axis=0)) / len(rounded) if largest else 1.0


def sensitivities(seen: Examination) -> np.ndarray:
    """Return how much the loss follows the logarithm of the size of each layer's weights.

    That is at most the product of the norms of weights and gradient. Layers of any width and
    scale can be compared by it.
    """
    return np.array([layer.weights * layer.gradient for layer in seen.weights])


def check_gradients(seen: Examination) -> Iterator[Finding]:
    """Find gradients that vanish or explode on the way back."""
    loss, gradient = seen.training_pass
    if gradient is None:
        return
    sizes, layers = sensitivities(seen), seen.weights
    if not np.isfinite(sizes).all() or not math.isfinite(loss):
        yield Finding(
            "exploding_gradients", "", np.inf, "the loss or its gradient is not finite",
            "max_grad_norm=1.0, a lower learning_rate_init, scaled X and y",
        )
        return
    largest = sizes.max(initial=0.0)
    unit = seen.unit if seen.unit > 0 else 1.0
    worst = int(sizes.argmax()) if len(sizes) else 0
    if largest > MOST_GRADIENT * unit:
        yield Finding(
            "exploding_gradients", layers[worst].name, largest / unit,
            f"weights times gradient are {largest / unit:.2g} times the loss of a constant",
            "max_grad_norm=1.0, initializer='he_normal' or 'orthogonal', normalization, or"
            " fewer layers",
        )
    if seen.loss < FITTED * seen.unit:
        return  # gradients of a network that fits are what is left of the noise
    ratio = sizes / (largest or 1.0)
    small = [n for n in range(worst) if ratio[n] < LEAST_GRADIENT]
    if small and largest > 0:
        least = min(small, key=lambda n: ratio[n])
        yield Finding(
            "vanishing_gradients", layers[least].name, float(ratio[least]),
            f"weights times gradient are {ratio[least]:.1g} of those of {layers[worst].name!r}",
            "activation='relu', normalization, Residual blocks or fewer layers; for series LSTM"
            " or GRU",
        )


def check_updates(seen: Examination) -> Iterator[Finding]:
    """Find updates that are large beside the weights."""
    for layer in seen.weights:
        ratio = update_ratio(layer)
        if ratio > MOST_UPDATE:
            yield Finding(
                "large_updates", layer.name, ratio,
                f"an update changes the weights by {ratio:.0%}, about 0.1% is usual",
                f"lower learning_rate_init (it was {seen.rate:.2g}), or max_grad_norm=1.0",
            )


def update_ratio(layer: WeightFigures) -> float:
    """Return the norm of an update relative to that of the weights."""
    return layer.update / layer.weights if layer.weights else math.nan
