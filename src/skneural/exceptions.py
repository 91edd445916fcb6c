"""Warnings on how training ended, and errors of files."""

from sklearn.exceptions import ConvergenceWarning


class NonFiniteLossWarning(ConvergenceWarning):
    """The loss or the weights became infinite or NaN; the last finite weights were kept."""


class ModelFileError(ValueError):
    """A file of a model cannot be read: truncated, changed, of a newer version or another kind."""
