"""What training can end with, apart from convergence."""

from sklearn.exceptions import ConvergenceWarning


class NonFiniteLossWarning(ConvergenceWarning):
    """The loss or the weights became infinite or NaN; the last good weights were kept."""
