"""Filters that whiten the patches of images: what a first convolution may keep frozen."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

_CHUNK = 1 << 22  # numbers of patches looked at together


def whitening_filters(
    images: np.ndarray, kernel_size: tuple[int, int], n_directions: int, epsilon: float = 5e-4
) -> tuple[np.ndarray, np.ndarray]:
    """Return filters whose outputs are uncorrelated and of variance one, and their negatives.

    The filters are the eigenvectors of the covariance of all patches, each divided by the root of
    its eigenvalue: Page 2018, "How to train your ResNet"; the negatives are by Jordan 2024,
    :arxiv:`2404.00498`. The bias subtracts the mean patch.

    Parameters
    ----------
    images : ndarray of shape (n_images, height, width, channels), float64
    kernel_size : tuple of two int
        Height and width of a patch, no more than the image's.
    n_directions : int
        Eigenvectors to take, those of the greatest eigenvalues first.
    epsilon : float, default=5e-4
        Added to each eigenvalue, in mean eigenvalues, so that directions of small variance are not
        amplified.

    Returns
    -------
    kernel : ndarray of shape (height, width, channels, 2 * n_directions)
        Of the patch.
    bias : ndarray of shape (2 * n_directions,)
    """
    mean, covariance = patch_statistics(images, kernel_size)
    values, vectors = np.linalg.eigh(covariance)
    values, vectors = values[::-1][:n_directions], vectors[:, ::-1][:, :n_directions]
    level = np.trace(covariance) / len(covariance)
    root = np.sqrt(np.maximum(values, 0.0) + epsilon * level)
    # identical images have no principal directions
    filters = vectors / np.where(root > 0, root, 1.0)
    largest = np.abs(filters).argmax(axis=0)
    filters *= np.sign(filters[largest, np.arange(filters.shape[1])])
    filters = np.concatenate([filters, -filters], axis=1)
    return filters.reshape(*kernel_size, images.shape[-1], -1), -mean @ filters


def patch_statistics(
    images: np.ndarray, kernel_size: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean and the covariance of all patches of images.

    Returns
    -------
    mean : ndarray of shape (size,)
        ``size`` is height times width times channels of a patch.
    covariance : ndarray of shape (size, size)
    """
    channels = images.mean(axis=(0, 1, 2))
    size = kernel_size[0] * kernel_size[1] * len(channels)
    total, products, count = np.zeros(size), np.zeros((size, size)), 0
    for patches in _patches(images, channels, kernel_size):
        total += patches.sum(axis=0)
        products += patches.T @ patches
        count += len(patches)
    mean = total / count
    whole_mean = mean + np.tile(channels, size // len(channels))
    return whole_mean, products / count - np.outer(mean, mean)


def _patches(
    images: np.ndarray, channels: np.ndarray, kernel_size: tuple[int, int]
) -> Iterator[np.ndarray]:
    """Yield all patches of some images at a time, a patch a row, the channels' means subtracted."""
    n_numbers = images[0].size * kernel_size[0] * kernel_size[1]
    step = max(1, _CHUNK // n_numbers)
    for begin in range(0, len(images), step):
        part = images[begin : begin + step] - channels
        windows = sliding_window_view(part, kernel_size, axis=(1, 2))
        windows = windows.transpose(0, 1, 2, 4, 5, 3)
        yield windows.reshape(-1, kernel_size[0] * kernel_size[1] * len(channels))
