"""Augmentations run by themselves, and the random numbers they draw."""

import math

import numpy as np

from skneural.augmentation._base import FIRST_NUMBER, add_augmentations
from skneural.engine.plan import Plan
from skneural.engine.random import below, row_key, uniform
from skneural.network.runner import Runner

SHAPE = (8, 5, 2)
SEED, UPDATE = 3, 5
IMAGES = np.random.default_rng(0).normal(0, 1, (21, *SHAPE))


def augmented(augmentations, images, *, n_jobs=1, seed=SEED, update=UPDATE):
    """Return a batch of images as augmentations leave them."""
    if not isinstance(augmentations, list):
        augmentations = [augmentations]
    n_rows, shape = len(images), images.shape[1:]
    plan = Plan(images.dtype, n_rows, training=True)
    given = plan.buffer(shape)
    changed = add_augmentations(plan, given, augmentations)
    runner = Runner(plan, plan.all_steps(), n_jobs)
    given.array[:] = np.nan
    columns = math.prod(shape)
    given.array.reshape(-1, given.stride)[:, :columns] = images.reshape(n_rows, columns)
    runner.key_noise(seed, update)
    runner.run(n_rows)
    runner.team.close()
    return changed.array.reshape(-1, changed.stride)[:, :columns].reshape(images.shape).copy()


class Draws:
    """The random numbers of one row of a batch."""

    def __init__(self, key):
        self._key = key

    def uniform(self, counter):
        with np.errstate(over="ignore"):
            return float(uniform(self._key, counter))

    def below(self, counter, end):
        with np.errstate(over="ignore"):
            return int(below(self._key, counter, end))


def draws(row, number=0):
    """Return what the augmentation of a number draws for a row."""
    with np.errstate(over="ignore"):
        return Draws(row_key(SEED, UPDATE, FIRST_NUMBER + number, row))
