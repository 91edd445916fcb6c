"""Where windows lie that slide over the positions of a sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._whole_numbers import is_whole
from ._base import Shape


@dataclass(frozen=True)
class Windows:
    """Windows over an image; a sequence is an image of one row.

    Attributes
    ----------
    channels : int
    image, size, strides, before, counts : tuple of two int
        For rows and columns: positions of the image, of a window, from a window to the next,
        of padding before the image, and how many windows there are.
    is_image : bool
        Whether samples are images, not sequences.
    """

    channels: int
    image: tuple[int, int]
    size: tuple[int, int]
    strides: tuple[int, int]
    before: tuple[int, int]
    counts: tuple[int, int]
    is_image: bool

    @property
    def overlap(self) -> bool:
        """Whether a position may lie in two windows."""
        each = zip(self.size, self.strides, self.counts, strict=True)
        return any(size > step and count > 1 for size, step, count in each)

    @property
    def output_shape(self) -> Shape:
        return (*self.counts[not self.is_image :], self.channels)


def slide(
    owner: str,
    input_shape: Shape,
    size: Any,
    strides: Any = None,
    padding: Any = "valid",
    name: str = "pool_size",
) -> Windows:
    """Return the windows of some size over a sample.

    Parameters
    ----------
    owner : str
        The layer, named in errors.
    input_shape : tuple of int
        ``(length, channels)`` or ``(height, width, channels)``.
    size, strides : int or tuple of int
        One for all axes, or one for each. No strides are those of the windows' size.
    padding : "valid", "same", int or tuple of int
        None; as much as one window a stride needs, at the end the odd one; so much at each side.
    name : str
        What the layer calls the size.

    Raises
    ------
    ValueError
        If a sample has other axes, or no window fits.
    """
    if len(input_shape) not in (2, 3):
        raise ValueError(
            f"{owner}: needs samples of shape (length, channels) or (height, width, channels),"
            f" got {input_shape}"
        )
    positions = input_shape[:-1]
    sizes = per_axis(owner, name, size, len(positions))
    steps = sizes if strides is None else per_axis(owner, "strides", strides, len(positions))
    before, counts = [], []
    if isinstance(padding, str):
        margins: tuple = (padding,) * len(positions)
    else:
        margins = per_axis(owner, "padding", padding, len(positions), least=0)
    for length, width, step, margin in zip(positions, sizes, steps, margins, strict=True):
        if margin == "same":
            counts.append(-(-length // step))
            before.append(max(0, (counts[-1] - 1) * step + width - length) // 2)
            continue
        margin = 0 if margin == "valid" else margin
        if margin >= width:
            raise ValueError(
                f"{owner}: padding={padding!r} must be smaller than {name}={size!r}, or windows"
                " would lie outside the input"
            )
        if width > length + 2 * margin:
            raise ValueError(f"{owner}: {name}={size!r} is larger than the input {input_shape}")
        counts.append((length + 2 * margin - width) // step + 1)
        before.append(margin)
    return Windows(
        input_shape[-1], _pair(positions), _pair(sizes), _pair(steps, 1), _pair(before, 0),
        _pair(counts), len(positions) == 2,
    )


def per_axis(owner: str, name: str, value: Any, n_axes: int, least: int = 1) -> tuple[int, ...]:
    """Return a number for each axis, of which a parameter gives one for all or one for each.

    Raises
    ------
    ValueError
        If it gives another number of them, or one that is no integer or too small.
    """
    values = tuple(value) if isinstance(value, (tuple, list)) else (value,) * n_axes
    if len(values) != n_axes:
        raise ValueError(
            f"{owner}: {name}={value!r} has {len(values)} numbers for {n_axes} axes; give one for"
            " each, or a single one"
        )
    if not all(is_whole(number, least) for number in values):
        raise ValueError(
            f"{owner}: {name}={value!r} must be at least {least} on each axis, and whole numbers"
        )
    return tuple(int(number) for number in values)


def _pair(numbers, first=1):
    """Return the numbers for rows and columns; a sequence has one row."""
    numbers = tuple(int(number) for number in numbers)
    return numbers if len(numbers) == 2 else (first, *numbers)
