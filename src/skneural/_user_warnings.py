"""Warnings that point at the user's line, wherever in the package they are raised."""

from __future__ import annotations

import contextlib
import os
import sys
import warnings

import joblib
import sklearn

# Between the user's line and ours: scikit-learn wraps fit, and its meta-estimators call through
# joblib. `skip_file_prefixes` of `warnings.warn` does the same from Python 3.12 on.
_PACKAGES = tuple(
    os.path.join(os.path.dirname(os.path.abspath(path)), "")
    for path in (__file__, sklearn.__file__, joblib.__file__)
) + (contextlib.__file__,)


def warn_user(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn, with the nearest caller outside of this package, scikit-learn and joblib as the place.

    Parameters
    ----------
    message : str
    category : type of Warning, default=UserWarning
    """
    frame, level = sys._getframe(1), 2  # this function's caller
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGES):
        frame, level = frame.f_back, level + 1
    warnings.warn(message, category, stacklevel=level)
