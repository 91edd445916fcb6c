"""The fixed change of scale against NumPy."""

import numpy as np
import pytest

from _helpers import BATCH, DTYPES, LayerBench, close, name_of
from skneural.layers import Scale


@pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
def test_scale(dtype):
    x, dy = np.random.default_rng(0).normal(0, 1, (2, BATCH, 24)).astype(dtype)
    shape = (2, 3, 4)
    close(LayerBench(Scale(0.5, -2), shape, dtype).forward(x), 0.5 * x - 2, 1e-6)
    dx, _ = LayerBench(Scale(0.5, -2), shape, dtype, backward=True).backward(x, dy)
    close(dx, 0.5 * dy, 1e-6)
