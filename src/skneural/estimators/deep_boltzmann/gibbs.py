"""Gibbs sampling of all layers, and annealing from a base distribution to a machine."""

from __future__ import annotations

from ...engine.compile.jit import helper
from ...engine.fields import Callee, Count, Doubles, Integers, Rows
from ...engine.kernels import kernel
from ...engine.math import logistic, softplus
from ...engine.primitives import RUN_FIELDS, SEED, STEP, integers, real
from ...engine.random import row_key, uniform
from ...engine.shares import share_begin, share_end
from .table import (
    BASE,
    BIAS,
    BLOCK,
    LAYER_FIELDS,
    MEANS,
    STATES,
    UNITS,
    biases_of,
    multiply_neighbors,
    numbers_of,
    work_of,
)


@helper
def _draw(layers, layer, work, beta, key, i):
    """Set the means of a layer for a row from its products, at a temperature, and draw states."""
    units = layers[layer * LAYER_FIELDS + UNITS]
    bias, base = biases_of(layers, layer, BIAS), biases_of(layers, layer, BASE)
    products, rest = work_of(work, i, units), real(1.0) - beta
    means, states = numbers_of(layers, layer, MEANS, i), numbers_of(layers, layer, STATES, i)
    for j in range(units):
        field = beta * (products[j] + bias[j]) + rest * base[j]
        means[j] = logistic(field)
        states[j] = real(1.0) if uniform(key, j) < means[j] else real(0.0)


@helper
def _draw_layers(gemm, layers, n_layers, work, parity, drawing, rows, run):
    """Draw the states of the layers of even or odd number."""
    (number, beta), (first, n_rows), r = drawing, rows, integers(run, RUN_FIELDS)
    for layer in range(parity, n_layers + 1, 2):
        multiply_neighbors(gemm, layers, layer, n_layers, STATES, rows, work, run)
        for i in range(first, first + n_rows):
            key = row_key(r[SEED], r[STEP], number + layer, i)
            _draw(layers, layer, work, beta, key, i)


@helper
def _sample(gemm, layers, n_layers, work, number, n_sweeps, rows, run):
    """Sweep over all layers, those of even number first, some times."""
    begin, end = rows
    for first in range(begin, end, BLOCK):
        block = first, min(BLOCK, end - first)
        for sweep in range(n_sweeps):
            drawing = number + sweep * (n_layers + 1), real(1.0)
            _draw_layers(gemm, layers, n_layers, work, 0, drawing, block, run)
            _draw_layers(gemm, layers, n_layers, work, 1, drawing, block, run)


@kernel
def sample(
    gemm: Callee, layers: Integers, n_layers: Count, work: Rows, number: Count, n_sweeps: Count,
    begin: int, end: int, run: int,
) -> None:
    """Sweeps of Gibbs sampling from the states of layers of odd number (rows)."""
    _sample(gemm, layers, n_layers, work, number, n_sweeps, (begin, end), run)


@kernel
def sample_particles(
    gemm: Callee, layers: Integers, n_layers: Count, work: Rows, number: Count, n_sweeps: Count,
    n_particles: Count, run: int,
) -> None:
    """Sweeps of Gibbs sampling for particles, which are other rows than those of the batch."""
    rows = share_begin(n_particles, run), share_end(n_particles, run)
    _sample(gemm, layers, n_layers, work, number, n_sweeps, rows, run)


@helper(summing=True)
def _rise_of_weight(layers, layer, work, betas, i):
    """Log of the factor by which a layer that is summed out grows from one beta to the next."""
    units, (beta, following) = layers[layer * LAYER_FIELDS + UNITS], betas
    bias, base = biases_of(layers, layer, BIAS), biases_of(layers, layer, BASE)
    products, total = work_of(work, i, units), 0.0
    for j in range(units):
        field, rest = products[j] + bias[j], base[j]
        after = softplus(following * field + (real(1.0) - following) * rest)
        total += float(after - softplus(beta * field + (real(1.0) - beta) * rest))
    return total


@helper(summing=True)
def _rise_of_bias(layers, layer, i):
    """Sum over the states of a layer of bias less base bias."""
    bias, base = biases_of(layers, layer, BIAS), biases_of(layers, layer, BASE)
    states, total = numbers_of(layers, layer, STATES, i), 0.0
    for j in range(layers[layer * LAYER_FIELDS + UNITS]):
        total += float(states[j] * (bias[j] - base[j]))
    return total


@kernel
def anneal(
    gemm: Callee, layers: Integers, n_layers: Count, work: Rows, betas: Doubles, number: Count,
    n_steps: Count, weights: Doubles, begin: int, end: int, run: int,
) -> None:
    """Log weights (rows) += those of some steps of annealing, layers of even number summed out.

    ``betas`` are those before each step and after the last.
    """
    r = integers(run, RUN_FIELDS)
    for step in range(n_steps):
        betas_of = real(betas[step]), real(betas[step + 1])
        at, rows = number + step * (n_layers + 1), (begin, end - begin)
        for layer in range(1, n_layers + 1, 2):
            for i in range(begin, end):
                weights[i] += (betas[step + 1] - betas[step]) * _rise_of_bias(layers, layer, i)
        for layer in range(0, n_layers + 1, 2):
            multiply_neighbors(gemm, layers, layer, n_layers, STATES, rows, work, run)
            for i in range(begin, end):
                weights[i] += _rise_of_weight(layers, layer, work, betas_of, i)
                key = row_key(r[SEED], r[STEP], at + layer, i)
                _draw(layers, layer, work, betas_of[1], key, i)
        _draw_layers(gemm, layers, n_layers, work, 1, (at, betas_of[1]), rows, run)
