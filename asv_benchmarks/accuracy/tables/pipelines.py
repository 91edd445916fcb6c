"""The pipeline that each kind of model usually stands in: what is encoded and scaled."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import (
    TransformedTargetRegressor,
    make_column_selector,
    make_column_transformer,
)
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

NUMBERS = make_column_selector(dtype_include=np.number)
CATEGORIES = make_column_selector(dtype_exclude=np.number)


def encoded(model: Any) -> Pipeline:
    """Categories one-hot; holes in numbers filled by the median, numbers standardised."""
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    categories = OneHotEncoder(handle_unknown="ignore", sparse_output=False, dtype=np.float32)
    columns = make_column_transformer((numbers, NUMBERS), (categories, CATEGORIES))
    return make_pipeline(columns, model)


def scaled_target(model: Any) -> TransformedTargetRegressor:
    """Standardise the target too, for a regressor whose settings depend on its scale."""
    return TransformedTargetRegressor(model, transformer=StandardScaler())


def native(model: Any) -> Pipeline:
    """Text as pandas' categories, for a model that takes them and holes as they are."""
    return make_pipeline(TextAsCategory(), model)


class TextAsCategory(TransformerMixin, BaseEstimator):
    """Makes columns of text categorical, with the categories of the training rows."""

    def fit(self, X: pd.DataFrame, y: Any = None) -> TextAsCategory:
        text = [name for name in X if not is_numeric_dtype(X[name])]
        self.dtypes_ = {name: X[name].astype("category").dtype for name in text}
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        return X.astype(self.dtypes_)


def parameter(model: Any, name: str) -> str:
    """Return the name by which a search sets a parameter of the model inside a pipeline."""
    ends = [known for known in model.get_params() if f"__{known}".endswith(f"__{name}")]
    if not ends:
        raise ValueError(f"{model} has no parameter {name}")
    return min(ends, key=len)
