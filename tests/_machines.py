"""Deep Boltzmann machines in NumPy: definitions, enumeration, and training step by step."""

import itertools

import numpy as np

from skneural.engine.random import row_key, uniform


def logistic(z):
    return 1 / (1 + np.exp(-z))


def make_machine(units, seed=0, scale=0.7):
    """Random weights between layers, and biases of all."""
    random = np.random.RandomState(seed)
    coefs = [random.normal(0, scale, shape) for shape in itertools.pairwise(units)]
    return coefs, [random.normal(0, 0.5, n) for n in units]


def energy(states, coefs, intercepts):
    """The energy of states of all layers."""
    total = -sum(h @ b for h, b in zip(states, intercepts, strict=True))
    pairs = zip(states, coefs, states[1:], strict=False)
    return total - sum(below @ kernel @ above for below, kernel, above in pairs)


def all_states(units):
    """Every state of all layers."""
    bounds = np.cumsum(units)[:-1]
    for state in itertools.product((0.0, 1.0), repeat=sum(units)):
        yield np.split(np.array(state), bounds)


def log_partition(coefs, intercepts):
    units = [len(bias) for bias in intercepts]
    energies = [energy(states, coefs, intercepts) for states in all_states(units)]
    return np.logaddexp.reduce(-np.array(energies))


def log_probability(x, coefs, intercepts):
    """The exact logarithm of the probability of a visible state."""
    units = [len(bias) for bias in intercepts[1:]]
    joint = [-energy([x, *hidden], coefs, intercepts) for hidden in all_states(units)]
    return np.logaddexp.reduce(joint) - log_partition(coefs, intercepts)


def rise(X, coefs, intercepts, factors):
    """Means of all layers in an upward pass."""
    means = [X]
    for kernel, bias, factor in zip(coefs, intercepts[1:], factors, strict=True):
        means.append(logistic(factor * (means[-1] @ kernel) + bias))
    return means


def mean_fields(x, coefs, intercepts, most, tol):
    """Posterior means of a row, updated layer by layer until none changes by ``tol``."""
    n_layers = len(coefs)
    means = rise(x, coefs, intercepts, [2] * (n_layers - 1) + [1])
    for _ in range(most if n_layers > 1 else 0):
        change = 0.0
        for layer in range(1, n_layers + 1):
            field = intercepts[layer] + means[layer - 1] @ coefs[layer - 1]
            if layer < n_layers:
                field = field + coefs[layer] @ means[layer + 1]
            found = logistic(field)
            change = max(change, np.abs(found - means[layer]).max())
            means[layer] = found
        if change < tol:
            break
    return means


def draws(chances, seed, step, number):
    """Zeros and ones as the engine draws them."""
    with np.errstate(over="ignore"):
        keys = [row_key(seed, step, number, row) for row in range(len(chances))]
        numbers = [[uniform(key, j) for j in range(chances.shape[1])] for key in keys]
    return (np.array(numbers) < chances).astype(float)


def sweep(states, coefs, intercepts, seed, step, number):
    """Draw the layers of even number, then those of odd number; return means and states."""
    means = [None] * len(states)
    for parity in (0, 1):
        for layer in range(parity, len(states), 2):
            field = 0
            if layer > 0:
                field = field + states[layer - 1] @ coefs[layer - 1]
            if layer < len(coefs):
                field = field + states[layer + 1] @ coefs[layer].T
            means[layer] = logistic(field + intercepts[layer])
            states[layer] = draws(means[layer], seed, step, number + layer)
    return means, states
