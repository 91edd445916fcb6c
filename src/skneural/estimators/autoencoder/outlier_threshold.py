"""The score below which samples are outliers."""

from __future__ import annotations

import math

import numpy as np

_WHISKER = 1.5  # quartile distances from the box of a boxplot to its fence


def outlier_threshold(
    scores: np.ndarray, contamination: float | str, weight: np.ndarray | None
) -> float:
    """Return the score below which samples are outliers, as if repeated by their weights.

    Parameters
    ----------
    scores : ndarray of shape (n_samples,)
        Of the training samples; the lower, the more of an outlier.
    contamination : float or "auto"
        The share of samples below; "auto" is the lower fence of Tukey's boxplot, one and a half
        times the distance of the quartiles below the first. The scores of inliers have a
        long tail on that side, so that a few percent of them may be below too.
    weight : ndarray of shape (n_samples,) or None
    """
    if contamination != "auto":
        return lowest_share(scores, float(contamination), weight)
    first, third = (lowest_share(scores, share, weight) for share in (0.25, 0.75))
    return first - _WHISKER * (third - first)


def lowest_share(scores: np.ndarray, share: float, weight: np.ndarray | None) -> float:
    """Return the score that a share of the samples is below, as if repeated by their weights.

    Where weights are below one, the least of them stands for one sample.
    """
    if weight is None:
        return float(np.percentile(scores, 100 * share))
    scores, weight = scores[weight > 0], weight[weight > 0]
    order = np.argsort(scores)
    up_to = np.cumsum(weight[order] / min(1.0, weight.min()))
    place = share * (up_to[-1] - 1)
    begin = math.floor(place)
    around = np.searchsorted(up_to, [begin, begin + 1], side="right")
    low, high = scores[order[np.minimum(around, len(order) - 1)]]
    return float(low + (place - begin) * (high - low))
