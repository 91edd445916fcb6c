"""Points in the plane in two classes, and the features that are made of their coordinates."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

REACH = 6.0  # points lie in the square from -REACH to REACH


def _gauss(random: np.random.RandomState, y: np.ndarray, noise: float) -> np.ndarray:
    """Two clouds."""
    middles = np.where(y, 2.0, -2.0)
    return middles[:, None] + random.normal(scale=0.5 + 2 * noise, size=(len(y), 2))


def _circle(random: np.random.RandomState, y: np.ndarray, noise: float) -> np.ndarray:
    """A disk and the ring around it."""
    radius = np.where(y, random.uniform(0, 2.5, len(y)), random.uniform(3.5, 5, len(y)))
    return _polar(radius, random.uniform(0, 2 * np.pi, len(y))) + _jitter(random, y, noise)


def _xor(random: np.random.RandomState, y: np.ndarray, noise: float) -> np.ndarray:
    """Four squares, of which those that touch at a corner are of one class."""
    sides = random.uniform(0.3, 5, (len(y), 2)) * random.choice([-1, 1], (len(y), 1))
    sides[:, 1] *= np.where(y, 1, -1)
    return sides + _jitter(random, y, noise)


def _spiral(random: np.random.RandomState, y: np.ndarray, noise: float) -> np.ndarray:
    """Two arms, one turned half around."""
    along = random.uniform(0.05, 1, len(y))
    return _polar(5 * along, 1.75 * 2 * np.pi * along + np.pi * y) + _jitter(random, y, noise)


def _polar(radius: np.ndarray, angle: np.ndarray) -> np.ndarray:
    return np.column_stack([radius * np.sin(angle), radius * np.cos(angle)])


def _jitter(random: np.random.RandomState, y: np.ndarray, noise: float) -> np.ndarray:
    return random.normal(scale=2 * noise + 1e-12, size=(len(y), 2))


SHAPES: dict[str, Callable[[np.random.RandomState, np.ndarray, float], np.ndarray]] = {
    "circle": _circle, "xor": _xor, "spiral": _spiral, "gauss": _gauss,
}

# of about the same size over the square, as networks learn best from
FEATURES: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "x1": lambda a, b: a / 3,
    "x2": lambda a, b: b / 3,
    "x1^2": lambda a, b: a * a / 12,
    "x2^2": lambda a, b: b * b / 12,
    "x1 x2": lambda a, b: a * b / 12,
    "sin x1": lambda a, b: np.sin(a),
    "sin x2": lambda a, b: np.sin(b),
}


def make_points(
    shape: str, n_samples: int, noise: float, random_state: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return points of shape (n_samples, 2) and their classes, 0 or 1, of shape (n_samples,)."""
    random = np.random.RandomState(random_state)
    y = random.permutation(np.arange(n_samples) % 2)
    return np.clip(SHAPES[shape](random, y, noise), -REACH, REACH), y


def features_of(points: np.ndarray, names: Iterable[str]) -> np.ndarray:
    """Return the features named, of shape (n_samples, n_names)."""
    return np.column_stack([FEATURES[name](*points.T) for name in names])
