"""Self-organizing maps in plain NumPy, by their definitions."""

import numpy as np


def places(shape, hexagonal=False):
    """x and y of the units of a map that has edges."""
    y, x = (axis.ravel().astype(float) for axis in np.indices(shape))
    return (x + y % 2 / 2, y * np.sqrt(0.75)) if hexagonal else (x, y)


def map_distances(shape, hexagonal=False, toroidal=False):
    """Distances of all units on the map; on a torus to the nearest copy."""
    x, y = places(shape, hexagonal)
    height = shape[0] * (np.sqrt(0.75) if hexagonal else 1)
    shifts = (-1, 0, 1) if toroidal else (0,)
    copies = [
        np.hypot(x[:, None] - x + i * shape[1], y[:, None] - y + j * height)
        for i in shifts for j in shifts
    ]
    return np.min(copies, axis=0)


def neighborhood(kind, distance, radius):
    if kind == "gaussian":
        return np.exp(-(distance**2) / (2 * (radius / 2) ** 2))
    if kind == "bubble":
        return (distance <= radius + 1e-9).astype(float)
    return np.maximum(0, 1 - distance / radius)


def distances(X, units):
    """Distances over the numbers that are there, as if all columns were."""
    squares = (X[:, None] - units) ** 2
    seen = ~np.isnan(squares)
    return np.sqrt(np.nansum(squares, axis=2) / seen.sum(axis=2) * X.shape[1])


def batch_round(X, weight, units, weights_between):
    """Each unit the mean of all rows, weighted by the neighborhood of their nearest units."""
    nearest = distances(X, units).argmin(axis=1)
    result = units.copy()
    for unit in range(len(units)):
        share = weight * weights_between[unit, nearest]
        for j in range(X.shape[1]):
            seen = ~np.isnan(X[:, j])
            if share[seen].sum() > 0:
                result[unit, j] = share[seen] @ X[seen, j] / share[seen].sum()
    return result


def online_round(X, rates, units, weights_between):
    """Each row moves its nearest unit, and the neighborhood less."""
    units = units.copy()
    for x, rate in zip(X, rates, strict=True):
        nearest = distances(x[None], units)[0].argmin()
        step = rate * weights_between[nearest][:, None] * (x - units)
        units += np.where(np.isnan(step), 0, step)
    return units
