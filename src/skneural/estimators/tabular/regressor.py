"""Networks for regression on tables."""

from __future__ import annotations

from ..._parameters import with_parameters
from ...data.target_rules import NumberRules
from ...losses import get_loss
from ..base.docs import documented
from ..base.regressor import BaseNeuralRegressor
from .base import BaseTabular
from .parameters import TabularRegressorParameters


@documented
@with_parameters
class TabularRegressor(TabularRegressorParameters, BaseNeuralRegressor, BaseTabular):
    """Regressor on tables as they are: numbers and categories, with missing values.

    X is read, and the network built, as for `TabularClassifier`. The network sees y with mean 0 and
    standard deviation 1, or with ``loss="poisson"`` divided by its mean, of the rows trained on; so
    y needs no scaling. Predictions are in y's own units, and by default within its range.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    is_categorical_ : ndarray of shape (n_features,), dtype bool, or None
        Which columns are categories; None if none is.
    {attributes}

    See Also
    --------
    TabularClassifier : The same networks for classification.
    sklearn.ensemble.HistGradientBoostingRegressor : Reads the same tables; as a rule, faster.

    References
    ----------
    .. [1] Gorishniy, Y., Kotelnikov, A. and Babenko, A. (2025). TabM: advancing tabular deep
       learning with parameter-efficient ensembling. ICLR. :arxiv:`2410.24210`
    .. [2] Gorishniy, Y., Rubachev, I. and Babenko, A. (2022). On embeddings for numerical features
       in tabular deep learning. NeurIPS. :arxiv:`2203.05556`
    .. [3] Holzmüller, D., Grinsztajn, L. and Steinwart, I. (2024). Better by default: strong
       pre-tuned MLPs and boosted trees on tabular data. NeurIPS. :arxiv:`2407.04491`

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from skneural import TabularRegressor
    >>> random = np.random.default_rng(0)
    >>> X = pd.DataFrame(
    ...     {"area": random.gamma(5, 20, size=200), "town": random.choice(["A", "B", "C"], 200)}
    ... )
    >>> y = 1000 * X["area"] * (1 + (X["town"] == "B"))
    >>> reg = TabularRegressor(max_iter=30, random_state=0).fit(X, y)
    >>> reg.predict(X[:3]).shape
    (3,)
    """

    def _target_rules(self) -> NumberRules:
        link = get_loss(self.loss, type(self).__name__, "regression").link
        return NumberRules(
            type(self).__name__, standardizes=link == "identity", divides=link == "exp",
            clips=self.clip_predictions,
        )  # fmt: skip
