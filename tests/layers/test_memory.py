"""No layer overwrites what others need, nor needs what it has handed on: found by running it."""

import importlib
import math
import pkgutil

import numpy as np
import pytest

from _helpers import LAYERS, LayerBench, name_of
from skneural import layers
from skneural.data.sources import source_of
from skneural.engine.plan import Plan
from skneural.layers import Activation, Dense, Dropout, Layer, Parallel
from skneural.layers._memory import copy, lend, own
from skneural.layers._sequences import build_layer
from skneural.layers.composition.branches import product, scale_in_place

EACH_LAYER = pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=map(name_of, LAYERS))
MODULES = [
    module
    for module in (
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(layers.__path__, f"{layers.__name__}.")
    )
    if getattr(module, "own", None) is own and module.__name__ not in (
        own.__module__,
        build_layer.__module__,  # for layers on sequences, which have a test of their own
    )
]


class StrictBench(LayerBench):
    """A bench whose layer is not the only user of its inputs and of its outputs' gradient.

    Outputs and result are ruined as soon as the layer has handed them on, as a neighbour may do.
    """

    def _build(self, plan, layer, shape):
        self._inputs = plan.buffer(shape)
        lend(plan, self._inputs, 2)
        outputs, add_backward = layer.build(plan, self._inputs, self._slots, 0)
        self._outputs = ruin(plan, outputs)
        self._gradient = plan.buffer(outputs.shape)
        lend(plan, self._gradient, 2)
        if self._goes_back:
            self._result = ruin(plan, add_backward(self._gradient, True))

    def check(self, x, dy):
        """Run the layer, and find what is as it was."""
        self._run(x, dy)
        for name, buffer, rows in (("inputs", self._inputs, x), ("gradient", self._gradient, dy)):
            expected = np.full(buffer.array.shape, np.nan).reshape(-1, buffer.stride)
            expected[: len(x), : buffer.columns] = rows
            np.testing.assert_array_equal(
                buffer.array.reshape(expected.shape), expected, f"the {name} were overwritten"
            )


def ruin(plan, buffer):
    """Own a buffer as a neighbour would and overwrite it; return a copy from before."""
    lend(plan, buffer, 2)
    kept = own(plan, buffer)
    scale_in_place(plan, own(plan, buffer), np.nan)
    return kept


def rows(shape, seed):
    return np.random.default_rng(seed).normal(size=(6, math.prod(shape)))


def check(layer, shape):
    x, dy = rows(shape, 1), rows(layer.output_shape(shape), 2)
    bench = StrictBench(layer, shape, training=False)
    bench.check(x, dy)
    np.testing.assert_array_equal(
        bench._rows(bench._outputs), LayerBench(layer, shape, training=False).forward(x)
    )
    strict = StrictBench(layer, shape, backward=True)
    strict.check(x, dy)
    of_inputs, of_variables = strict.backward(x, dy)
    np.testing.assert_array_equal(
        strict._rows(strict._outputs), LayerBench(layer, shape).forward(x)
    )
    expected, expected_of_variables = LayerBench(layer, shape, backward=True).backward(x, dy)
    np.testing.assert_array_equal(of_inputs, expected, "the result depends on who has the memory")
    for name, gradient in of_variables.items():
        np.testing.assert_array_equal(gradient, expected_of_variables[name], f"gradient of {name}")


@EACH_LAYER
def test_a_layer_leaves_alone_what_others_need_and_needs_nothing_that_it_handed_on(layer, shape):
    check(layer, shape)


class Careless(Layer):
    """A layer that breaks one of the rules."""

    def __init__(self, broken="none"):
        self.broken = broken

    def build(self, plan, inputs, slots, number):
        if self.broken == "overwrites its inputs":
            scale_in_place(plan, inputs, 2.0)
        elif self.broken == "uses what it gave up":
            own(plan, inputs)
            scale_in_place(plan, inputs, 2.0)
        outputs, back = Activation("tanh").build(plan, inputs, slots, number)

        def backward(gradient, wanted):
            if self.broken == "overwrites the gradient":
                scale_in_place(plan, gradient, 2.0)
            elif self.broken == "needs its outputs":
                gradient = product(plan, [gradient, outputs])
            return back(gradient, wanted)

        return outputs, backward


def test_a_careful_layer_passes_the_check():
    check(Careless(), (5,))


@pytest.mark.parametrize(
    "broken",
    [
        "overwrites its inputs",
        "uses what it gave up",
        "overwrites the gradient",
        "needs its outputs",
    ],
)
def test_a_careless_layer_is_caught(broken):
    with pytest.raises(AssertionError):
        check(Careless(broken), (5,))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.split(".")[-1])
def test_a_layer_that_forgets_to_own_is_caught(module, monkeypatch):
    """Each of the package's that overwrites anything: a check that it passes proves something."""
    monkeypatch.setattr(module, "own", lambda plan, buffer: buffer)
    own_layers = [
        (layer, shape) for layer, shape in LAYERS if type(layer).__module__ == module.__name__
    ]
    caught = 0
    for layer, shape in own_layers:
        try:
            check(layer, shape)
        except AssertionError:
            caught += 1
    assert caught > 0


def test_there_are_layers_that_overwrite():
    assert len(MODULES) >= 12


@pytest.mark.parametrize(
    ("branches", "n_copies"),
    [
        ([Dropout(), Dropout()], 1),  # the last may overwrite the inputs
        ([Dropout(), Dense(5)], 1),
        ([Dense(5), Dropout()], 1),
        ([Dense(5), Dense(5)], 0),
        ([[], []], 0),
        ([Parallel([Dropout(), Dropout()], "add"), Dropout()], 2),
        ([Parallel([Dropout(), Dense(5)], "add"), Dropout()], 2),
    ],
)
def test_no_more_users_than_need_it_get_a_copy(branches, n_copies):
    plan = Plan(np.dtype(float), 6, training=True)
    layer, inputs = Parallel(branches, "add"), plan.buffer((5,))
    layer.build(plan, inputs, LayerBench(layer, (5,)).network.slots(0), 0)
    assert [step.kernel for step in plan.steps].count(copy) == n_copies


def test_rows_of_the_user_cannot_be_owned():
    plan, X = Plan(np.dtype(float), 6), np.zeros((10, 4))
    with pytest.raises(TypeError, match=r"SampleRows of shape \(4,\) is not the plan's memory"):
        own(plan, source_of(X).add_input(plan, (4,), [Dense(3)]))
