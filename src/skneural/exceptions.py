"""Warnings on how training ended."""

from sklearn.exceptions import ConvergenceWarning


class NonFiniteLossWarning(ConvergenceWarning):
    """The loss or the weights became infinite or NaN; the last finite weights were kept."""
