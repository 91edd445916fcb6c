"""The real sets, images above all, from the optional data folder."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

DATA_VARIABLE = "SKNEURAL_DATA"
DEFAULT_DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"


def load_images(name: str, **options):
    """Read a set: of images, training images of uint8 and labels, then test images and labels.

    Parameters
    ----------
    name : str
        Of a function of the folder's `load.py`.
    **options
        Passed to it.

    Raises
    ------
    SystemExit
        If there is no such folder, with what to do.
    """
    path = Path(os.environ.get(DATA_VARIABLE, DEFAULT_DATA)) / "load.py"
    if not path.is_file():
        raise SystemExit(
            f"no data sets: {path} is missing. Set {DATA_VARIABLE} to the folder whose load.py"
            f" has {name}(), which returns X_train, y_train, X_test, y_test"
        )
    spec = importlib.util.spec_from_file_location("load", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, name)(**options)
