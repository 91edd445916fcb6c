"""Networks for classification of tables."""

from __future__ import annotations

from ..._parameters import with_parameters
from ..base.classifier import BaseNeuralClassifier
from ..base.docs import documented
from .base import BaseTabular
from .parameters import TabularClassifierParameters


@documented
@with_parameters
class TabularClassifier(TabularClassifierParameters, BaseNeuralClassifier, BaseTabular):
    """Classifier of tables as they are: numbers and categories, with missing values.

    X is a data frame of pandas, polars or pyarrow, or an array. Nothing has to be encoded, scaled
    or imputed: numbers are encoded by what they are among the rows trained on, categories become
    one-hot columns or learned vectors, and missing values and unknown categories are taken as they
    come. The network is an ensemble of `n_members` networks, trained at once.

    Columns of numbers that had missing values in `fit` have an indicator; in others a missing value
    counts as the median. Unknown categories count as missing ones. Text that spells a number is
    the category of this number, with a warning. Quantiles, and what counts as known, are learned
    from the rows trained on, never from validation rows, and only by the first call of
    `partial_fit`: a category that this one lacks stays unknown, and a column that is constant in it
    is ignored. So its rows should be many, and of all kinds.

    The layers of `get_layer` and `activations` are "categories", "numbers", "members", "dense_1",
    "activation_1", "dropout_1", "dense_2" and so on, if present, and "output".

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The class labels; of multilabel targets, the column numbers.
    is_categorical_ : ndarray of shape (n_features,), dtype bool, or None
        Which columns are categories; None if none is.
    {attributes}

    See Also
    --------
    TabularRegressor : The same networks for regression.
    sklearn.ensemble.HistGradientBoostingClassifier : Reads the same tables; as a rule, faster.
    MLPClassifier : A single network, for columns of numbers that are scaled.

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
    >>> from skneural import TabularClassifier
    >>> random = np.random.default_rng(0)
    >>> X = pd.DataFrame(
    ...     {"size": random.gamma(2, size=200), "colour": random.choice(["red", "blue"], 200)}
    ... )
    >>> y = (X["size"] > 2) == (X["colour"] == "red")
    >>> X.loc[::10, "size"] = np.nan
    >>> clf = TabularClassifier(max_iter=30, random_state=0).fit(X, y)
    >>> clf.predict_proba(X[:3]).shape
    (3, 2)
    """
