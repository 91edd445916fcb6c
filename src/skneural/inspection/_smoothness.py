"""How rough images are: squared differences between neighboring pixels, and their slope."""

from __future__ import annotations

import numpy as np


def rough_and_slope(image: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the mean squared difference of neighboring pixels of (..., height, width, channels).

    Returns
    -------
    rough : float
    slope : ndarray of the shape of ``image``
    """
    down, right = np.diff(image, axis=-3), np.diff(image, axis=-2)
    slope = np.zeros_like(image)
    slope[..., 1:, :, :] += down
    slope[..., :-1, :, :] -= down
    slope[..., 1:, :] += right
    slope[..., :-1, :] -= right
    return float(np.sum(down**2) + np.sum(right**2)) / image.size, 2 * slope / image.size
