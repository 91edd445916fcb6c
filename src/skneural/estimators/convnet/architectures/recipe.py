"""The default training parameters of a network known by name."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from sklearn.base import is_classifier

from ....augmentation import Augmentation, Flip
from ....data.rows import Rows
from ....network.network import Network
from ....training.settings import Settings
from ...base.architecture import Architecture


@dataclass(frozen=True)
class Recipe:
    """The training recipe of an architecture.

    Parameters of an estimator that are left at their defaults follow it; the parameters themselves
    stay as they are.

    Parameters
    ----------
    augmentation : callable
        ``augmentation(image_shape)`` is in place of the parameter `augmentation`. Where it, or
        what the user gives, mirrors images, predictions are averages with the mirror image.
    training : callable
        ``training(settings, n_samples, most_rows)`` gives the values of other parameters, by
        name. ``most_rows`` are those of a batch, None until it is known what a row takes.
    first_weights : callable
        ``first_weights(network, rows, random_state)`` changes the weights of a new network in
        place; it is going to be trained on the rows.
    """

    augmentation: Callable[[tuple[int, ...]], list[Augmentation]]
    training: Callable[[Settings, int, int | None], dict[str, Any]]
    first_weights: Callable[[Network, Rows, np.random.RandomState], None]

    def added_to(self, plain: Architecture, estimator: Any) -> Architecture:
        """Return an architecture that is trained by the recipe.

        A regressor's parameters stay as they are: rates for plain gradients would depend on the
        scale of y.
        """
        names = (f.name for f in fields(Settings) if hasattr(estimator, f.name))
        return replace(
            plain,
            mirrored=any(isinstance(a, Flip) and a.horizontal for a in plain.augmentation),
            recipe=self.training if is_classifier(estimator) else None,
            at_default=frozenset(name for name in names if is_default(estimator, name)),
            first_weights=[self.first_weights, *plain.first_weights],
        )


def is_default(estimator: Any, name: str) -> bool:
    """Whether a parameter of an estimator has its default value."""
    default = inspect.signature(type(estimator).__init__).parameters[name].default
    same = getattr(estimator, name) == default
    return isinstance(same, bool | np.bool_) and bool(same)
