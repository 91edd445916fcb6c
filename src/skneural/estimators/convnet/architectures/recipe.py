"""How a network known by a name is trained, where nobody says otherwise."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ....augmentation import Augmentation
from ....data.rows import Rows
from ....network.network import Network


@dataclass(frozen=True)
class Recipe:
    """What comes with an architecture beside its layers.

    Parameters of an estimator that are left at their defaults follow it; the parameters themselves
    stay as they are.

    Parameters
    ----------
    augmentation : callable
        ``augmentation(image_shape)`` is in place of the parameter `augmentation`. Where it, or
        what the user gives, mirrors images, predictions are averages with the mirror image.
    training : callable
        ``training(estimator, n_samples, most_rows)`` gives the values of other parameters, by
        name. ``most_rows`` are those of a batch, None until it is known what a row takes.
    first_weights : callable
        ``first_weights(network, rows, random_state)`` changes the weights of a new network in
        place; it is going to be trained on the rows.
    """

    augmentation: Callable[[tuple[int, ...]], list[Augmentation]]
    training: Callable[[Any, int, int | None], dict[str, Any]]
    first_weights: Callable[[Network, Rows, np.random.RandomState], None]

    def followed_by(self, estimator: Any, n_samples: int, most_rows: int | None = None) -> Any:
        """Return a copy of an estimator with the recipe's values for what is at its default."""
        values = self.training(estimator, n_samples, most_rows)
        followed = copy.copy(estimator)
        vars(followed).update(
            (name, value) for name, value in values.items() if is_default(estimator, name)
        )
        return followed


def is_default(estimator: Any, name: str) -> bool:
    """Whether a parameter of an estimator has its default value."""
    default = inspect.signature(type(estimator).__init__).parameters[name].default
    same = getattr(estimator, name) == default
    return isinstance(same, bool | np.bool_) and bool(same)
