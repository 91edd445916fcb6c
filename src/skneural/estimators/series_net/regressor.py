"""Convolutional networks for regression of series."""

from __future__ import annotations

from ..._parameters import with_parameters
from ..base.docs import documented
from ..base.regressor import BaseNeuralRegressor
from .base import BaseSeriesNet
from .parameters import SeriesNetParameters


@documented
@with_parameters
class SeriesNetRegressor(SeriesNetParameters, BaseNeuralRegressor, BaseSeriesNet):
    """Convolutional network regressor for series.

    X is an array of series, (n_samples, time, features), or a list of arrays (time_i, features);
    arrays of one dimension have one feature a step. A table is flat series, see `series_shape`.
    Series to predict may have other lengths than those of the fit.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    output_shape_ : tuple of int
        Shape of a sample of y, ``()`` for one number.
    input_shape_ : tuple of int
        Time and features of a series.
    {attributes}

    See Also
    --------
    SeriesNetClassifier : The same networks for classification.
    RecurrentRegressor : Recurrent networks.

    References
    ----------
    .. [1] Wang, Z., Yan, W. and Oates, T. (2017). Time series classification from scratch with deep
       neural networks: a strong baseline. arXiv:1611.06455.
    .. [2] Ismail Fawaz, H. et al. (2020). InceptionTime: finding AlexNet for time series
       classification. arXiv:1909.04939.
    .. [3] Karim, F. et al. (2018). LSTM fully convolutional networks for time series
       classification. arXiv:1709.05206.

    Examples
    --------
    >>> import numpy as np
    >>> from skneural import SeriesNetRegressor
    >>> X = np.random.RandomState(0).normal(size=(30, 20, 1))
    >>> y = X[:, -1, 0]
    >>> net = SeriesNetRegressor("fcn", max_iter=1, random_state=0).fit(X, y)
    >>> net.predict(X[:3]).shape
    (3,)
    """
