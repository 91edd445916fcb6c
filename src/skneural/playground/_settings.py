"""What can be set in a playground, and what each setting may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from numbers import Integral, Real
from typing import Any

from .._naming import did_you_mean
from ._points import FEATURES, SHAPES

ACTIVATIONS = ("tanh", "relu", "logistic", "gelu", "silu", "identity")
REGULARIZATIONS = ("none", "L2", "dropout")
# what training can go on with; a change of anything else begins anew
IN_TRAINING = frozenset({"learning_rate", "batch_size"})
_CHOICES: dict[str, Sequence[str]] = {
    "data": tuple(SHAPES), "activation": ACTIVATIONS, "regularization": REGULARIZATIONS,
}
_RANGES: dict[str, tuple[type, float, float]] = {
    "n_samples": (Integral, 20, 10_000), "noise": (Real, 0, 1), "layers": (Integral, 1, 8),
    "units": (Integral, 1, 128), "learning_rate": (Real, 1e-9, 100), "rate": (Real, 0, 0.99),
    "batch_size": (Integral, 1, 10_000), "random_state": (Integral, 0, 2**32 - 1),
}


@dataclass(frozen=True)
class Settings:
    """A playground's settings; `Playground` says what each means."""

    data: str = "circle"
    n_samples: int = 400
    noise: float = 0.1
    features: tuple[str, ...] = ("x1", "x2")
    layers: int = 2
    units: int = 6
    activation: str = "tanh"
    learning_rate: float = 0.01
    regularization: str = "none"
    rate: float = 0.001
    batch_size: int = 20
    random_state: int = 0

    def __post_init__(self) -> None:
        for name, known in _CHOICES.items():
            value = getattr(self, name)
            if value not in known:
                raise ValueError(
                    f"Playground: {name}={value!r} must be one of {', '.join(known)}."
                    f"{did_you_mean(str(value), known)}"
                )
        for name, (kind, low, high) in _RANGES.items():
            value = getattr(self, name)
            right = isinstance(value, kind) and not isinstance(value, bool)
            if not right or not low <= value <= high:
                what = "an int" if kind is Integral else "a number"
                raise ValueError(
                    f"Playground: {name}={value!r} must be {what} from {low:g} to {high:g}"
                )
        given = [self.features] if isinstance(self.features, str) else list(self.features)
        unknown = [each for each in given if each not in FEATURES]
        if unknown:
            raise ValueError(
                f"Playground: features has {unknown[0]!r}, and there are {', '.join(FEATURES)}."
                f"{did_you_mean(str(unknown[0]), FEATURES)}"
            )
        if not given:
            raise ValueError(f"Playground: features is empty; choose from {', '.join(FEATURES)}")
        # in the order in which they are shown, each once
        object.__setattr__(self, "features", tuple(each for each in FEATURES if each in given))


def known(changes: dict[str, Any]) -> dict[str, Any]:
    """Return settings to change.

    Raises
    ------
    TypeError
        If one is not there.
    """
    names = [each.name for each in fields(Settings)]
    for name in changes:
        if name not in names:
            raise TypeError(
                f"Playground has no setting {name!r}; there are {', '.join(names)}."
                f"{did_you_mean(name, names)}"
            )
    return changes
