"""What a family of estimators derives from its parameters: layers, and related settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ...augmentation import Augmentation
from ...data.checks import named
from ...layers import Layer
from ...layers._base import Place
from ...losses import Loss
from ...network.network import Network
from ...training.settings import Settings
from ...training.train import FirstWeights
from .output_layer import n_members

Shape = tuple[int, ...]
Pairs = Sequence[tuple[str, Layer]]


@dataclass(frozen=True)
class Task:
    """What a network is to do: the data it reads and the outputs it gives.

    Parameters
    ----------
    input_shape, output_shape : tuple of int
        Of a sample and of its outputs.
    link : str
        The loss's function from the last layer's outputs to predictions.
    of_pixels : bool
        Whether the outputs are the classes of each pixel.
    value_range : tuple of two float or None
        Least and greatest number of X, where it was noted.
    n_samples : int or None
        Rows of the fit, validation rows included where they are held back from it; None if there
        is no fit.
    """

    input_shape: Shape
    output_shape: Shape
    link: str
    of_pixels: bool = False
    value_range: tuple[float, float] | None = None
    n_samples: int | None = None


@dataclass(frozen=True)
class Architecture:
    """A family's layers for a task, and how their training differs from the default.

    Parameters
    ----------
    names : list of str
    layers : list of Layer
        The output layer last.
    n_encoder : int or None, default=None
        How many of them make the code of an autoencoder.
    shared : mapping of (int, str) to (int, str), default={}
        Variables, by the place of the layer and the name, that are a variable of another layer.
    mirrored : bool, default=False
        Whether predictions are averages over an image and its mirror image.
    augmentation : sequence of Augmentation, default=()
    recipe : callable or None, default=None
    at_default : frozenset of str, default=frozenset()
        See `skneural.training.settings.Settings`.
    out_activation : str or None, default=None
        The activation of the outputs, where it is not the loss's.
    first_weights : sequence of callables, default=()
        Change the weights drawn, before training; see `skneural.training.train.train`.
    activation : str, default="identity"
        Passed to initializers if no layer has an activation.
    of_steps : bool, default=False
        Whether outputs are those of each step, as many as a series has.
    objective : callable or None, default=None
        What trains the network, where that is not backpropagation; can be pickled.
    """

    names: list[str]
    layers: list[Layer]
    n_encoder: int | None = None
    shared: Mapping[Place, Place] = field(default_factory=dict)
    mirrored: bool = False
    augmentation: Sequence[Augmentation] = ()
    recipe: Callable[[Settings, int, int | None], dict[str, Any]] | None = None
    at_default: frozenset[str] = frozenset()
    out_activation: str | None = None
    first_weights: Sequence[FirstWeights] = ()
    activation: str = "identity"
    of_steps: bool = False
    objective: Callable[..., Any] | None = None

    @classmethod
    def of(cls, pairs: Pairs, **more: Any) -> Architecture:
        """Return the architecture of pairs of names and layers."""
        return cls([name for name, _ in pairs], [layer for _, layer in pairs], **more)

    def kept(self) -> Architecture:
        """Return what a fitted estimator keeps of it: no functions used only for training."""
        return replace(self, first_weights=())

    def settings(self, settings: Settings) -> Settings:
        """Return settings of training with those of the architecture."""
        own = self.augmentation, self.recipe, self.at_default
        if own == (settings.augmentation, settings.recipe, settings.at_default):
            return settings
        return replace(settings, augmentation=own[0], recipe=own[1], at_default=own[2])

    def network(
        self, shape: Shape, loss: Loss, n_outputs: int, dtype: np.dtype, scale: float, owner: str
    ) -> Network:
        """Return a network of the layers, for samples of a shape."""
        with named(owner):
            network = Network(
                self.layers, shape, loss, n_outputs, dtype, self.mirrored, scale, self.shared,
                names=self.names, of_steps=self.of_steps,
                n_members=n_members(self.layers, n_outputs),
            )
            network.objective = self.objective
            for augmentation in self.augmentation:
                augmentation.check(network.input_shape)
        return network
