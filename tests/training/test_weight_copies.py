"""Copies of the weights in training: what is gone back to, and how many there are."""

import numpy as np

from skneural.training.weight_copies import WeightCopies


def test_goes_back_to_the_last_weights_that_gave_a_finite_loss():
    weights = np.zeros(3)
    copies = WeightCopies(weights)
    for epoch in range(1, 5):
        weights += 1  # an epoch of training
        copies.prove()
        assert (copies.proven == epoch - 1).all(), "the loss was that before the last update"
        copies.go_on()
        assert (copies.latest == epoch).all()
    weights[:] = np.nan
    copies.go_back()
    assert weights.tolist() == [3, 3, 3]


def test_a_single_epoch_has_one_copy_and_many_have_two():
    weights = np.zeros(3)
    copies = WeightCopies(weights)
    copies.prove()
    assert copies.latest is copies.proven
    made = set()
    for _ in range(6):
        copies.go_on()
        made |= {id(copies.latest), id(copies.proven)}
        copies.prove()
    assert len(made) == 2
