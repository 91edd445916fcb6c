"""What all transformers that prepare data share."""

from __future__ import annotations

from typing import Any

from sklearn.base import BaseEstimator
from sklearn.utils._param_validation import InvalidParameterError

from .._documentation_links import page_template
from .._naming import suggesting, suggestion
from .._whole_numbers import refuse_booleans


@suggesting
class Preparation(BaseEstimator):
    """Base of transformers that prepare data: parameters that are checked, with suggestions."""

    _parameter_constraints: dict[str, Any] = {}
    _doc_link_module = "skneural"
    _doc_link_template = property(lambda self: page_template())

    def _validate_params(self) -> None:
        try:
            super()._validate_params()
        except InvalidParameterError as error:
            raise InvalidParameterError(f"{error}{suggestion(self, str(error))}") from None
        refuse_booleans(self)
