"""MiniRocket: features of fixed convolutions, for a linear classifier."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_random_state

TAPS = 9
KERNELS = np.array(list(combinations(range(TAPS), 3)))  # the taps of weight 2; others have -1
GOLDEN = (np.sqrt(5) + 1) / 2


class MiniRocket(TransformerMixin, BaseEstimator):
    """Shares of the steps at which fixed convolutions are above a bias.

    Dempster, Schmidt and Webb 2021, "MiniRocket: a very fast (almost) deterministic transform for
    time series classification", arXiv:2012.08791: 84 kernels of nine taps, dilated up to a series'
    length, whose biases are quantiles of their outputs on series of the fit. Kernels of series
    with several features read random ones of them.

    Parameters
    ----------
    n_features : int, default=10_000
        About how many features; a multiple of 84 is made.
    random_state : int, RandomState instance or None, default=None
    """

    def __init__(self, n_features=10_000, random_state=None):
        self.n_features = n_features
        self.random_state = random_state

    def fit(self, X, y=None):
        """Choose dilations, features and biases for series (n, time, features)."""
        random = check_random_state(self.random_state)
        X = np.float32(X)
        self.parts_, place = [], 0  # of each dilation: features and biases of each kernel
        for dilation, count in zip(*self._dilations(X.shape[1]), strict=True):
            parts = []
            for kernel in KERNELS:
                channels = _draw_channels(X.shape[2], random)
                row = random.randint(len(X))
                output = _convolve(X[row : row + 1, :, channels], kernel, dilation)
                quantiles = (np.arange(place + 1, place + count + 1) * GOLDEN) % 1
                parts.append((channels, np.quantile(output, quantiles).astype(np.float32)))
                place += count
            self.parts_.append((dilation, parts))
        return self

    def transform(self, X):
        """Return the features of series (n, time, features)."""
        X, columns = np.float32(X), []
        for number, (dilation, parts) in enumerate(self.parts_):
            for place, (kernel, (channels, biases)) in enumerate(zip(KERNELS, parts, strict=True)):
                output = _convolve(X[:, :, channels], kernel, dilation)
                if (number + place) % 2:  # half of the kernels leave out the padded steps
                    margin = (TAPS // 2) * dilation
                    output = output[:, margin : output.shape[1] - margin]
                columns += [(output > bias).mean(axis=1) for bias in biases]
        return np.stack(columns, axis=1)

    def _dilations(self, length):
        """Dilations up to the length, and how many features a kernel has of each."""
        of_kernel = self.n_features // len(KERNELS)
        n_dilations = min(of_kernel, 32)
        largest = np.log2(max(1.0, (length - 1) / (TAPS - 1)))
        dilations, counts = np.unique(
            np.int64(2 ** np.linspace(0, largest, n_dilations)), return_counts=True
        )
        counts = counts * of_kernel // n_dilations
        for place in range(of_kernel - counts.sum()):
            counts[place % len(counts)] += 1
        return dilations, counts


def _draw_channels(n_channels, random):
    """Up to nine random features, fewer ones more often."""
    most = min(n_channels, 9)
    size = int(2 ** random.uniform(0, np.log2(most + 1)))
    return random.choice(n_channels, min(size, most), replace=False)


def _convolve(X, kernel, dilation):
    """Sum the convolutions of the features of X (n, time, features), as long as X."""
    series, time = X.sum(axis=2), X.shape[1]
    margin = (TAPS // 2) * dilation
    padded = np.pad(series, ((0, 0), (margin, margin)))
    taps = [padded[:, tap * dilation : tap * dilation + time] for tap in range(TAPS)]
    return 3 * sum(taps[tap] for tap in kernel) - sum(taps)
