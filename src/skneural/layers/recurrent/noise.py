"""Noise within the steps of a recurrent layer: dropout of states, and zoneout.

Kernels of layers without noise know nothing of it: those with it have a step around the cell's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...engine.compile.jit import Helper, helper
from ...engine.fields import Count, Double, OptionalAddress, Row, RowKey
from ...engine.kernels import row_kernel
from ...engine.lanes import load, minus, multiply_add, spread, store, times
from ...engine.plan import Buffer, Plan
from ...engine.primitives import ITEMSIZE, integers, real
from ...engine.random import bits
from ...engine.tiles import LANES
from ..noise.dropout import drop_out
from .numbers import add, clear, copy, multiply
from .steps import at_step, length_of

# the numbers of the memory that `Steps.extra` is the address of
DROPPED = 0  # address of the states, dropped out, of all steps
MASKS = 1  # address of a mask of states a row, 0 without dropout
SUMS = 2  # address of the gradients of dropped states, a row each
ADDS = 3  # 1 if a state reaches the next one by another way than products, too
ZONES = 4  # address of what is kept of states and cells, 0 without zoneout
ZONES_STRIDE = 5  # numbers from a row to the next, 0 where all have the same
ZONES_STEP = 6  # from a step to the next
ASIDE = 7  # addresses of states and cells, or of their gradients, put aside
ASIDE_CELLS = 8
NOISE_FIELDS = 9

cell_step: Any = None  # a cell's, bound by `using`
cell_step_backward: Any = None


@dataclass(frozen=True)
class Noise:
    """What noise a layer has.

    Parameters
    ----------
    dropout, zoneout : float
        Their rates.
    number : int
        The layer's place: keys its random numbers.
    adds : bool
        Whether a state reaches the next one by another way than products, too.
    """

    dropout: float
    zoneout: float
    number: int
    adds: bool


def add_noise(
    plan: Plan, extra: np.ndarray, noise: Noise, sizes: tuple[int, int], lengths: int
) -> None:
    """Add the steps that draw the noise of a batch, and write where it is to ``extra``.

    Sizes are the most steps and the units; ``lengths`` is the address that `Steps` has.
    """
    most, units = sizes
    stride = plan.stride(units)
    kept = most if plan.training else 1

    def memory(n_rows: int = 1) -> int:
        return plan.memory_of_rows(n_rows * stride, beside=64).ctypes.data

    if plan.learning and noise.dropout > 0:
        masks = Buffer(plan.memory_of_rows(stride, beside=64), (units,), stride)
        plan.by_rows(fill, values=masks, columns=units, whole=True)
        plan.by_rows(drop_out, values=masks, threshold=noise.dropout * 2.0**32, whole=True,
                     scale=1 / (1 - noise.dropout), columns=units, key=noise.number)
        extra[[DROPPED, MASKS, SUMS]] = memory(kept), masks.address, memory()
        extra[ADDS] = noise.adds
    if noise.zoneout > 0:
        extra[[ASIDE, ASIDE_CELLS]] = memory(), memory()
        if plan.learning:
            columns = 2 * units * most
            zones = Buffer(plan.memory_of_rows(columns, beside=64), (columns,), columns)
            plan.by_rows(draw_zones, values=zones, threshold=noise.zoneout * 2.0**32,
                         lengths=lengths, most=most, units=units, key=noise.number, whole=True)
            extra[[ZONES, ZONES_STRIDE, ZONES_STEP]] = zones.address, columns, 2 * units
        else:
            expected = plan.memory(2 * units + 64)
            expected[:] = noise.zoneout
            extra[ZONES] = expected.ctypes.data
    plan.uses_seed |= plan.learning


@row_kernel
def fill(values: Row, columns: Count) -> None:
    """X (n) = 1."""
    for j in range(columns):
        values[j] = real(1.0)


@row_kernel
def draw_zones(
    values: Row, threshold: Double, lengths: OptionalAddress, most: Count, units: Count,
    key: RowKey, i: int,
) -> None:
    """X (most, 2, units) = 1 where states and cells keep their values, else 0."""
    kept = np.uint32(threshold)
    length = integers(lengths, i + 1)[i] if lengths != 0 else most
    for j in range(length * 2 * units):  # those of a step whatever the longest series is
        values[j] = real(1.0) if bits(key, units + j) < kept else real(0.0)


@helper
def noise_of(steps):
    """Return the numbers that tell a layer's noise."""
    return integers(steps.extra, NOISE_FIELDS)


@helper
def dropped_states_at(steps, step, row):
    """Return the address of a row of states as products read it."""
    noise = noise_of(steps)
    if noise[MASKS] != 0:
        return at_step(noise[DROPPED], steps.h_stride, steps, step, row)
    return at_step(steps.h, steps.h_stride, steps, step, row)


@helper
def dropped_sums_at(steps, back, row):
    """Return the address where products put the gradient of a row of states."""
    noise = noise_of(steps)
    sums = noise[SUMS] if noise[MASKS] != 0 else back.carry
    return sums + row * steps.h_stride * ITEMSIZE


@helper
def _hold(values, before, zones, units):
    """X (units) = zones * before + (1 - zones) * X."""
    for j in range(0, units, LANES):
        n, place = min(LANES, units - j), j * ITEMSIZE
        zone = load(zones + place, n)
        new = times(minus(spread(real(1.0)), zone), load(values + place, n))
        store(values + place, multiply_add(zone, load(before + place, n), new), n)


@helper
def _put_aside(gradient, aside, zones, units):
    """Split a gradient (units): zones of it goes aside, the rest stays."""
    for j in range(0, units, LANES):
        n, place = min(LANES, units - j), j * ITEMSIZE
        zone, whole = load(zones + place, n), load(gradient + place, n)
        store(aside + place, times(zone, whole), n)
        store(gradient + place, times(minus(spread(real(1.0)), zone), whole), n)


@helper
def _zones_at(noise, step, row):
    return noise[ZONES] + (row * noise[ZONES_STRIDE] + step * noise[ZONES_STEP]) * ITEMSIZE


@helper
def noisy_step(gemm, steps, matrices, parameter, scratch, run, first, n, step):
    """Take a cell's step on states dropped out, and keep some of the values before it."""
    noise, units, stride = noise_of(steps), steps.units, steps.h_stride
    for row in range(first, first + n):
        place = row * stride * ITEMSIZE
        if noise[MASKS] != 0:
            multiply(dropped_states_at(steps, step, row),
                     at_step(steps.h, stride, steps, step, row), noise[MASKS] + place, units)
        if noise[ZONES] != 0:
            copy(noise[ASIDE] + place, at_step(steps.h, stride, steps, step, row), units)
            if steps.c != 0:
                copy(noise[ASIDE_CELLS] + place, at_step(steps.c, stride, steps, step, row), units)
    cell_step(gemm, steps, matrices, parameter, scratch, run, first, n, step)
    for row in range(first, first + n):
        if noise[ZONES] != 0 and step < length_of(steps, row):
            zones, place = _zones_at(noise, step, row), row * stride * ITEMSIZE
            _hold(at_step(steps.h, stride, steps, step + 1, row), noise[ASIDE] + place, zones,
                  units)
            if steps.c != 0:
                _hold(at_step(steps.c, stride, steps, step + 1, row), noise[ASIDE_CELLS] + place,
                      zones + units * ITEMSIZE, units)


@helper
def noisy_step_backward(gemm, steps, back, wanted, scratch, run, first, n, step):
    """Go back a cell's step, and through what the noise did before and after it."""
    noise, units = noise_of(steps), steps.units
    for row in range(first, first + n):
        if step < length_of(steps, row):
            place = row * steps.h_stride * ITEMSIZE
            if noise[MASKS] != 0:
                clear(noise[SUMS] + place, units)
            if noise[ZONES] != 0:
                zones = _zones_at(noise, step, row)
                _put_aside(back.carry + place, noise[ASIDE] + place, zones, units)
                if steps.c != 0:
                    _put_aside(back.cells + place, noise[ASIDE_CELLS] + place,
                               zones + units * ITEMSIZE, units)
    cell_step_backward(gemm, steps, back, wanted, scratch, run, first, n, step)
    for row in range(first, first + n):
        if step < length_of(steps, row):
            place = row * steps.h_stride * ITEMSIZE
            if noise[MASKS] != 0:
                if noise[ADDS] == 0:
                    clear(back.carry + place, units)
                multiply(noise[SUMS] + place, noise[SUMS] + place, noise[MASKS] + place, units)
                add(back.carry + place, noise[SUMS] + place, units)
            if noise[ZONES] != 0:
                add(back.carry + place, noise[ASIDE] + place, units)
                if steps.c != 0:
                    add(back.cells + place, noise[ASIDE_CELLS] + place, units)


_NOISY: dict[str, Helper] = {"states_at": dropped_states_at, "sums_at": dropped_sums_at}


def with_noise(
    step: Helper, back: Helper, products: dict[str, Helper]
) -> tuple[Helper, Helper]:
    """Return a cell's step and the way back, with its products, and the noise around them."""
    noisy = {**_NOISY, **{name: product.using(**_NOISY) for name, product in products.items()}}
    return (
        noisy_step.using(cell_step=step.using(**noisy)),
        noisy_step_backward.using(cell_step_backward=back.using(**noisy)),
    )
