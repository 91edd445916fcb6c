"""What training can end with, apart from a model."""

from sklearn.exceptions import ConvergenceWarning


class NonFiniteLossWarning(ConvergenceWarning):
    """The loss or the weights became infinite or NaN; the last good weights were kept."""


class NonFiniteLossError(ValueError):
    """The loss or the weights became infinite or NaN before any epoch had ended well."""
