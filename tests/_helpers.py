"""Kernels, layers and losses run by themselves, compiled or as plain Python."""

import contextlib
import inspect
import math
import re
from unittest import mock

import numpy as np

from skneural import activations, layers, losses, optimizers
from skneural.engine import batch
from skneural.engine.compile import jit
from skneural.engine.plan import Buffer, Plan, aligned
from skneural.engine.primitives import (
    FIELDS,
    N_PARTS,
    N_THREADS,
    ROW_FIELDS,
    ROWS,
    RUN_FIELDS,
    SHARED,
    SHARED_FIELDS,
    THREAD,
)
from skneural.engine.steps import Step
from skneural.engine.threads import Team
from skneural.losses._links import link_each
from skneural.network.network import Network
from skneural.network.prediction import add_loss
from skneural.network.runner import Runner

DTYPES = [np.dtype(np.float32), np.dtype(np.float64)]
ROUNDING = {"float32": 1e-5, "float64": 1e-12}  # between two orders of the same few operations
BATCH = 6


def classes_of(package, base):
    """Every class of a kind that is registered by a name or exported."""
    exported = [getattr(package, name) for name in package.__all__]
    found = {cls for cls in exported if inspect.isclass(cls) and issubclass(cls, base)}
    return sorted((found | set(base.registry.values())) - {base}, key=lambda cls: cls.__name__)


def examples_of(package, base):
    return [example for cls in classes_of(package, base) for example in cls.examples()]


ACTIVATIONS = examples_of(activations, activations.Activation)
LAYERS = examples_of(layers, layers.Layer)
LOSSES = examples_of(losses, losses.Loss)
OPTIMIZERS = examples_of(optimizers, optimizers.Optimizer)


def name_of(example):
    """Readable name of an example in a test's id."""
    if isinstance(example, tuple):
        return "-".join(name_of(part) for part in example)
    if isinstance(example, np.dtype):
        return example.name
    without_addresses = re.sub(r"<function (\S+) at 0x\w+>", r"\1", repr(example))
    return " ".join(without_addresses.split())


@contextlib.contextmanager
def plain_python():
    """Run kernels as NUMBA_DISABLE_JIT=1 does, within this process."""
    with (
        mock.patch.object(jit, "is_disabled", lambda: True),
        mock.patch.object(jit, "_addresses", {}),
    ):
        yield


def run_kernel(kernel, dtype, fields, n_rows=1, n_threads=1, state=None, threads=None):
    """Run one row of a plan on each of some threads in turn; return the shared numbers.

    ``fields`` are given by their names, or in order where a kernel's fields have none. ``state``
    gives further fields of a thread's state, ``threads`` those of the threads to run.
    """
    row = aligned(ROW_FIELDS, np.int64)
    place = FIELDS
    if isinstance(fields, dict):
        found = kernel.integers(fields, np.dtype(dtype))
        fields = [each.address(dtype) if isinstance(each, jit.Kernel) else each for each in found]
    for value in fields:
        row[place] = value.ctypes.data if isinstance(value, np.ndarray) else value
        place += 1
    shared = np.zeros(SHARED_FIELDS)
    run = aligned(RUN_FIELDS, np.int64)
    run[ROWS], run[N_THREADS], run[N_PARTS] = n_rows, n_threads, 1
    run[SHARED] = shared.ctypes.data
    for key, value in (state or {}).items():
        if key == SHARED:
            shared[: len(value)] = value
        else:
            run[key] = value.ctypes.data if isinstance(value, np.ndarray) else value
    for thread in range(n_threads) if threads is None else threads:
        run[THREAD] = thread
        jit.call_address(kernel.address(dtype), row.ctypes.data, run.ctypes.data)
    return shared


@contextlib.contextmanager
def team_of(n_jobs, useful=8, scratch=1024):
    """A team of threads, closed at the end."""
    team = Team(n_jobs, useful, scratch)
    try:
        yield team
    finally:
        team.close()


def apply_helper(helper, x):
    """Apply a helper of one number to each of an array."""
    x = np.ascontiguousarray(x)
    result = np.empty_like(x)
    fields = {"z": Buffer(x, (x.size,), x.size), "result": result.reshape(1, -1), "columns": x.size}
    run_kernel(link_each.using(link=helper), x.dtype, fields)
    return result


def randomize(network, seed):
    """Fill a network's variables with numbers that no code path could give by chance."""
    random = np.random.default_rng(seed)
    for values in network.variables:
        for name, array in values.items():
            positive = name.split(".")[-1] in ("scale", "running_variance")
            array[...] = (
                random.uniform(0.5, 1.5, array.shape)
                if positive
                else random.normal(0, 0.5, array.shape)
            )


class LayerBench:
    """One layer, forward or forward and backward, between arrays that a test gives.

    All benches of a layer have the same variables, and noise of the same key in each run.
    """

    def __init__(
        self, layer, shape, dtype=np.float64, *, training=True, weights=None, backward=False,
        n_rows=BATCH, n_jobs=1,
    ):
        self._n_rows, self._goes_back = n_rows, backward
        shape = shape if isinstance(shape, tuple) else (shape,)
        dtype, n_outputs = np.dtype(dtype), math.prod(layer.output_shape(shape))
        self.network = Network([layer], shape, losses.SquaredError(), n_outputs, dtype)
        randomize(self.network, seed=7)
        self.variables = self.network.variables[0]
        self._start = self.network.parameters[self.network.n_trained :].copy()
        self._gradients = aligned(self.network.parameters.size, dtype)
        self._slots = self.network.slots(0, self._gradients)
        n_trained = self.network.n_trained
        plan = Plan(dtype, n_rows, training=training, n_trained=n_trained)
        self._add_weights(plan, weights)
        self._build(plan, layer, shape)
        self._runner = Runner(plan, [*plan.prepare, *plan.all_steps()], n_jobs)

    def _build(self, plan, layer, shape):
        self._inputs = plan.buffer(shape)
        self._outputs, add_backward = layer.build(plan, self._inputs, self._slots, 0)
        self._gradient = plan.buffer(self._outputs.shape)
        self._result = add_backward(self._gradient, True) if self._goes_back else None

    def _add_weights(self, plan, weights):
        gathered, address, self._weights = plan.memory(plan.batch_size), 0, None
        if weights is not None:
            self._weights = np.array(weights, float)
            address, plan.row_weights = self._weights.ctypes.data, gathered.ctypes.data
        plan.steps.append(Step(batch.weigh_batch, (address, gathered.ctypes.data), 0))

    def _rows(self, buffer):
        return buffer.array.reshape(-1, buffer.stride)[: self._n_rows, : buffer.columns]

    def _run(self, x, gradient=None):
        self.network.parameters[self.network.n_trained :] = self._start  # running statistics
        for buffer, rows in ((self._inputs, x), (self._gradient, gradient)):
            buffer.array[:] = np.nan  # in rows and columns that are not the batch's
            if rows is not None:
                self._rows(buffer)[: len(x)] = rows
        self._runner.key_noise(seed=3, n_updates=5)
        self._runner.run(len(x))
        self._runner.team.close()

    def forward(self, x):
        """Return the outputs for rows x."""
        assert not self._goes_back, "a backward pass may overwrite the outputs"
        self._run(x)
        return self._rows(self._outputs)[: len(x)].copy()

    def penalty(self):
        """Return what the rows of the last run were charged, times their weights."""
        charged = sum(self._runner.plan.penalties, np.zeros(self._n_rows))
        return float(np.sum(charged * (1.0 if self._weights is None else self._weights)))

    def backward(self, x, gradient):
        """Return the gradient of the inputs, and that of each trained variable by name."""
        self._run(x, gradient)
        gradients = {}
        for name, slot in self._slots.items():
            if slot.gradient and name in self.variables:  # not another layer's
                flat = self._gradients[slot.offset :][: slot.values.size]
                gradients[name] = flat.reshape(slot.values.shape).copy()
        return self._rows(self._result)[: len(x)].copy(), gradients


def central_differences(function, array, step=1e-6):
    """Return the derivative of a number-valued function by each number of an array it reads."""
    result = np.empty(array.shape)
    for index in np.ndindex(array.shape):
        value = array[index]
        array[index] = value + step
        above = function()
        array[index] = value - step
        below = function()
        array[index] = value
        result[index] = (above - below) / (2 * step)
    return result


def close(actual, expected, tolerance=1e-6):
    """Compare with a tolerance relative to each number, or to 1 where it is smaller."""
    np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance)


def is_classification(loss):
    return loss.name in losses.Loss.names["classification"]


def targets_for(loss, n_outputs, n_rows, dtype, seed=0):
    """Targets of the kind that a loss needs: class indices, labels, or positive numbers."""
    random = np.random.default_rng(seed)
    shape = (n_rows, loss.n_targets(n_outputs))
    if not is_classification(loss):
        y = random.gamma(2.0, size=shape)
    elif shape[1] < n_outputs:
        n_classes = n_outputs // shape[1]
        y = random.permutation(np.arange(n_rows * shape[1]) % n_classes).reshape(shape)
    else:
        y = random.integers(0, 2, shape)
    return np.ascontiguousarray(y, dtype)


def loss_and_gradient(loss, outputs, y, weights=None, order=None):
    """Return each row's weighted loss, and the gradient by each output."""
    n_rows, columns = outputs.shape
    plan = Plan(outputs.dtype, n_rows)
    buffer = plan.buffer((columns,))
    buffer.array[:] = np.nan
    rows = buffer.array.reshape(-1, buffer.stride)[:n_rows, :columns]
    rows[...] = outputs
    values = add_loss(plan, loss, buffer, y, weights)
    Runner(plan, plan.all_steps(), 1).run(n_rows, order)
    return values[:n_rows].copy(), rows.copy()
