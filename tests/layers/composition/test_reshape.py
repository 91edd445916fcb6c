"""Layers that show samples in another shape."""

import numpy as np
import pytest

from skneural.engine.plan import Plan
from skneural.layers import Flatten, Reshape


@pytest.mark.parametrize(
    ("layer", "before", "after"),
    [
        (Flatten(), (3, 4, 5), (60,)),
        (Flatten(), (7,), (7,)),
        (Reshape((6, 10)), (3, 4, 5), (6, 10)),
        (Reshape((2, -1)), (3, 4, 5), (2, 30)),
        (Reshape(-1), (3, 4), (12,)),
        (Reshape([4, 3]), (12,), (4, 3)),
    ],
)
def test_memory_is_the_same_and_no_step_is_added(layer, before, after):
    plan = Plan(np.dtype(np.float32), 8, training=True)
    inputs = plan.buffer(before)
    assert layer.output_shape(before) == after
    outputs, backward = layer.build(plan, inputs, {}, 0)
    assert outputs.shape == after
    assert (outputs.address, outputs.stride) == (inputs.address, inputs.stride)
    gradient = backward(plan.buffer(after), True)
    assert gradient.shape == before and plan.steps == []


@pytest.mark.parametrize("target", [(7, 2), (-1, -1), (0, -1), (-2, -6), (5, -1), (2.0, 6), 13, ()])
def test_shape_that_does_not_fit(target):
    with pytest.raises(ValueError, match=r"Reshape: target_shape=.* shape \(3, 4\)"):
        Reshape(target).output_shape((3, 4))
