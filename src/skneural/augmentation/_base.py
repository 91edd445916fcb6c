"""The base of augmentations, and how names are resolved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval, InvalidParameterError, RealNotInt

from .._naming import Part, resolve, suggestion
from .._whole_numbers import refuse_booleans
from ..engine.plan import Buffer, Plan

FIRST_NUMBER = 1 << 32  # keys the random numbers of the first augmentation; layers have lower ones
SIZE = [Interval(Integral, 0, None, closed="left"), Interval(RealNotInt, 0, 1, closed="both")]


@dataclass(frozen=True)
class ImageSize:
    """Pixels of an image's height and width, and its channels, as kernels see them."""

    height: int
    width: int
    channels: int


class Augmentation(Part):
    """Base of every augmentation: a random transformation of images in training.

    A subclass implements ``build``. ``class Mine(Augmentation, name="mine")`` makes it known by
    that name. What is drawn for an image depends on the seed, the update, the place of the
    augmentation among the others and the image's place in its batch, never on the threads. One
    that does not move pixels has ``keeps_pixels = True``: masks of images then stay valid.
    """

    registry: ClassVar[dict[str, type[Augmentation]]] = {}
    keeps_pixels: ClassVar[bool] = False
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {}

    def __init_subclass__(cls, name: str | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if name is not None:
            Augmentation.registry[name] = cls

    def check(self, shape: tuple[int, ...]) -> None:
        """Raise a ValueError for images of a shape that the augmentation cannot work on."""
        if len(shape) != 3:
            raise ValueError(
                f"{type(self).__name__}: needs images of shape (height, width, channels), a sample"
                f" has the shape {shape}"
            )

    def build(self, plan: Plan, images: Buffer, number: int) -> Buffer:
        """Add the steps that change a batch of images.

        Parameters
        ----------
        plan : Plan
        images : Buffer
            Samples of shape (height, width, channels); they may be overwritten.
        number : int
            Keys the random numbers.

        Returns
        -------
        Buffer
            The changed images, of the same shape.
        """
        raise NotImplementedError

    def add_loss(
        self, plan: Plan, outputs: Buffer, add: Callable[[Buffer], np.ndarray], number: int
    ) -> np.ndarray:
        """Add the loss of an augmentation that mixes targets.

        Parameters
        ----------
        plan : Plan
        outputs : Buffer
            The network's raw outputs, replaced by the gradient.
        add : callable
            ``add(outputs)`` adds one step of the loss for the rows' own targets, and returns
            where their losses will be.
        number : int
            The same as in ``build``.

        Returns
        -------
        losses : ndarray of shape (batch_size,), float64
            The memory that the losses of a batch's rows will be in.
        """
        return add(outputs)

    @property
    def mixes_targets(self) -> bool:
        """Whether an image's targets change with it."""
        return False

    @classmethod
    def examples(cls) -> list[Augmentation]:
        """Small instances that the contract tests run."""
        return [cls()]


def get_augmentation(augmentation: Any, owner: str = "") -> list[Augmentation]:
    """Resolve names of augmentations, and check their parameters.

    Parameters
    ----------
    augmentation : str, Augmentation, a list of them, or None
        "crop", "cutout", "flip", "mixup", "rotate", "shift", or instances; applied in this order.
    owner : str, default=""
        Who asks, for the error message.

    Returns
    -------
    list of Augmentation

    Raises
    ------
    ValueError
        For an unknown name, a parameter out of range, or two that mix targets.
    TypeError
        For what is neither a name nor an augmentation.
    """
    if augmentation is None:
        return []
    given = augmentation if isinstance(augmentation, list | tuple) else [augmentation]
    found = [
        resolve("augmentation", each, Augmentation.registry, owner, base=Augmentation)
        for each in given
    ]
    for each in found:
        try:
            each._validate_params()
            refuse_booleans(each)
        except InvalidParameterError as error:
            hint = suggestion(each, str(error))
            raise InvalidParameterError(f"{owner}: augmentation: {error}{hint}") from None
    if sum(each.mixes_targets for each in found) > 1:
        raise ValueError(
            f"{owner}: augmentation={augmentation!r} mixes targets twice; once is the most"
        )
    return found


def add_augmentations(plan: Plan, images: Buffer, augmentations: Sequence[Augmentation]) -> Buffer:
    """Add the steps of augmentations, one after the other; return where the images then are."""
    for number, augmentation in enumerate(augmentations):
        augmentation.check(images.shape)
        plan.uses_seed = True
        images = augmentation.build(plan, images, FIRST_NUMBER + number)
    return images


def add_mixed_loss(
    plan: Plan,
    outputs: Buffer,
    add: Callable[[Buffer], np.ndarray],
    augmentations: Sequence[Augmentation],
) -> np.ndarray:
    """Add the loss by ``add(outputs)``, as the augmentation wants that mixes targets, if any."""
    for number, augmentation in enumerate(augmentations):
        if augmentation.mixes_targets:
            return augmentation.add_loss(plan, outputs, add, FIRST_NUMBER + number)
    return add(outputs)


def check_keeps_pixels(augmentations: Sequence[Augmentation], owner: str) -> None:
    """Raise a ValueError for an augmentation after which masks of the images would be wrong."""
    for augmentation in augmentations:
        if not augmentation.keeps_pixels:
            raise ValueError(
                f"{owner}: augmentation={augmentation} moves or mixes pixels, but not those of y,"
                " which are masks; leave it out, or add changed copies of X and y to the data"
            )


def pixels(size: float, total: int) -> int:
    """Return a size in pixels: a whole number as it is, a share of the image's side rounded."""
    return int(size) if isinstance(size, Integral) else round(size * total)
