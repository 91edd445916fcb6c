"""What kernels are written with means the same as machine code and as plain Python."""

import numpy as np
import pytest

from _helpers import DTYPES, name_of, plain_python
from _primitive_kernels import expected, touch
from skneural.engine.primitives import scale_by_power_of_two

EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)


@EACH_DTYPE
def test_primitives(dtype):
    for one, other in zip(touch(dtype), expected(dtype), strict=True):
        np.testing.assert_array_equal(one, other)


@EACH_DTYPE
def test_primitives_as_plain_python(dtype):
    with plain_python():
        for one, other in zip(touch(dtype), expected(dtype), strict=True):
            np.testing.assert_array_equal(one, other)


@EACH_DTYPE
def test_nan_scaled_by_nan_is_nan(dtype):
    scale = scale_by_power_of_two.twin(dtype)
    assert np.isnan(scale(dtype.type(np.nan), dtype.type(np.nan)))
