"""The bundled table of the census."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pandas import DataFrame

_NUMBERS = ("age", "education_num", "capital_gain", "capital_loss", "hours_per_week")


def load_census() -> tuple[DataFrame, np.ndarray]:
    """Load 12,000 rows of the census of 1994, a table with categories.

    Does a person earn more than 50,000 dollars a year? The table is part of the package, so no
    connection is needed. Its rows were drawn at random from the 48,842 of "Adult", which B.
    Becker and R. Kohavi took from the census of the United States and gave to the UCI Machine
    Learning Repository in 1996 (:doi:`10.24432/C5XW20`, licence CC BY 4.0); the weights of the
    sample, ``fnlwgt``, are left out. It is for comparing methods, not for deciding about people.

    Returns
    -------
    X : DataFrame of shape (12000, 13)
        Five columns of numbers, int64, and eight of dtype category, three of which have missing
        values.
    y : ndarray of shape (12000,), str
        "<=50K" or ">50K", the second in a quarter of the rows.

    Raises
    ------
    ImportError
        Without pandas.

    Examples
    --------
    >>> from skneural.datasets import load_census
    >>> X, y = load_census()
    >>> X.shape, X["education"].dtype.name
    ((12000, 13), 'category')
    """
    try:
        import pandas
    except ImportError as error:
        raise ImportError("load_census: a table with categories needs pandas") from error
    with files(__package__).joinpath("census.csv.gz").open("rb") as file:
        types: Any = dict.fromkeys(_NUMBERS, "int64")
        table = pandas.read_csv(file, compression="gzip", keep_default_na=False, na_values=[""])
    y = table.pop("income").to_numpy(dtype=str)
    types |= {name: "category" for name in table.columns if name not in types}
    return table.astype(types), y
