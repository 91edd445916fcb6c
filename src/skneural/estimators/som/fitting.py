"""The fit of a map: its start, its rounds, and a round of rows that come later."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from ..._user_warnings import warn_user
from ...data.checks import check_weights, unchanged_on_error
from ...engine.compile.cache_warning import postponed, warn_of_cache
from .checks import check_initial, check_seen, notices_of
from .directions import cosine_distance, unit_length, unit_rows
from .grid import Grid, Neighborhood
from .learning import Course, batch_step, online_step
from .matching import Rows
from .start import drawn_rows, mean_of, principal_plane

Notices = list[tuple[str, type[Warning]]]


def grid_of(estimator: Any) -> Grid:
    """Return the units that an estimator's parameters ask for."""
    n_rows, n_columns = map(int, estimator.shape)
    return Grid(n_rows, n_columns, estimator.topology == "hexagonal", bool(estimator.toroidal))


def fit_rounds(estimator: Any, X: Any, sample_weight: Any) -> None:
    """Fit a map; the arguments are as the user passed them."""
    with estimator._rounds(X, None, sample_weight) as (data, rounds):
        weight = np.ones(len(data.X)) if data.sample_weight is None else data.sample_weight
        random, grid = rounds.random_state(estimator.random_state), grid_of(estimator)
        X, of_directions = _read_by_metric(estimator, data.X)
        codebook, origin, rounds.notices[:] = _start(estimator, X, weight, grid, random)
        before = rounds.resumed()
        if before is not None:
            codebook = before["codebook_"].reshape(codebook.shape)
            random.set_state(before["random"])
        is_batch, n_jobs = estimator.algorithm == "batch", estimator.n_jobs
        course, rows = Course.of(estimator, grid), Rows(X, origin)
        nearest, _ = rows.nearest(codebook - origin, n_jobs)
        for number in rounds:
            before, radius = nearest, course.radius(number)
            hood = Neighborhood(grid, estimator.neighborhood, radius)
            if is_batch:
                units = batch_step(rows, weight, codebook - origin, nearest, hood, n_jobs)
                units = unit_length(units, codebook) if of_directions else units
            else:
                rates = np.minimum(1.0, course.rate(number) * weight)
                order = random.permutation(len(rows))
                units = online_step(
                    rows, order, rates[order], codebook - origin, hood, of_directions
                )
            codebook = units + origin
            nearest, distances = rows.nearest(codebook - origin, n_jobs)
            loss = _loss(distances, weight, of_directions)
            at_rest = np.array_equal(nearest, before)
            if number > 0 and course.radius(number - 1) == radius:
                at_rest |= estimator.tol > 0 and loss >= (1 - estimator.tol) * rounds.losses[-1]
            rounds.end(
                loss, _shown(estimator, grid, codebook, origin, nearest), len(rows),
                stop=is_batch and at_rest and course.radius(number + 1) == radius,
            )


def fit_once(estimator: Any, X: Any, sample_weight: Any) -> None:
    """Go through X once, row by row, as a further round of a map, or its first."""
    notices: Notices = []
    with postponed(), unchanged_on_error(estimator):
        estimator._check_parameters()
        goes_on = hasattr(estimator, "codebook_")
        X, weight = _read(estimator, X, sample_weight, goes_on)
        X, of_directions = _read_by_metric(estimator, X)
        grid, owner = grid_of(estimator), type(estimator).__name__
        if goes_on:
            check_seen(X, owner, by_column=False)
            codebook, origin = estimator.cluster_centers_, estimator._origin
            number, losses = estimator.n_iter_, estimator.loss_curve_
            if estimator.codebook_.shape[:2] != (grid.n_rows, grid.n_columns):
                raise ValueError(
                    f"{owner}: shape={estimator.shape!r}, but the map has the shape"
                    f" {estimator.codebook_.shape[:2]}"
                )
            if estimator.metric != estimator._metric:
                raise ValueError(
                    f"{owner}: metric={estimator.metric!r}, but the map was learned with"
                    f" metric={estimator._metric!r}; call fit to begin anew"
                )
        else:
            random = check_random_state(estimator.random_state)
            codebook, origin, notices = _start(estimator, X, weight, grid, random)
            number, losses = 0, []
        course, rows = Course.of(estimator, grid), Rows(X, origin)
        hood = Neighborhood(grid, estimator.neighborhood, course.radius(number))
        rates = np.minimum(1.0, course.rate(number) * weight)
        order = np.arange(len(rows))
        units = online_step(rows, order, rates, codebook - origin, hood, of_directions)
        codebook = units + origin
        nearest, distances = rows.nearest(codebook - origin, estimator.n_jobs)
        loss = _loss(distances, weight, of_directions)
        if not np.isfinite(loss):
            raise FloatingPointError(f"{owner}: the loss became {loss}. Scale X.")
        vars(estimator).update(
            _shown(estimator, grid, codebook, origin, nearest), n_iter_=number + 1, loss_=loss,
            loss_curve_=[*losses, loss],
        )
    for message, category in notices:
        warn_user(message, category)
    warn_of_cache()


def _read(estimator, X, sample_weight, goes_on):
    """Return X and the rows' weights, checked."""
    samples = estimator._samples()
    accepted = estimator.codebook_.dtype if goes_on else samples.accepted_dtypes()
    X, _ = samples.check_with_targets(X, None, accepted, first=not goes_on)
    weight = check_weights(samples.owner, "sample_weight", sample_weight, len(X))
    return X, np.ones(len(X)) if weight is None else weight


def _read_by_metric(estimator: Any, X: np.ndarray) -> tuple[np.ndarray, bool]:
    """Return X as the metric reads it, and whether that is by directions."""
    if estimator.metric != "cosine":
        return X, False
    return unit_rows(X, type(estimator).__name__), True


def _loss(distances: np.ndarray, weight: np.ndarray, of_directions: bool) -> float:
    """Return the quantization error."""
    distances = cosine_distance(distances) if of_directions else distances
    return float(np.average(distances, weights=weight))


def _start(
    estimator: Any, X: np.ndarray, weight: np.ndarray, grid: Grid, random: np.random.RandomState
) -> tuple[np.ndarray, np.ndarray, Notices]:
    """Return the first codebook, the origin that rows are read about, and warnings."""
    owner, initialization, n_directions = type(estimator).__name__, estimator.initialization, 2
    check_seen(X, owner, by_column=True)
    if not isinstance(initialization, str):
        units = check_initial(initialization, grid, X.shape[1], owner)
    elif initialization == "random":
        units = drawn_rows(X, weight, grid, random)
    else:
        units, n_directions = principal_plane(X, weight, grid)
    notices = notices_of(grid, len(X), n_directions, owner)
    units, origin = units.astype(X.dtype), mean_of(X, weight).astype(X.dtype)
    if estimator.metric == "cosine":
        units, origin = unit_length(units, X[:1]), np.zeros_like(origin)
    return units, origin, notices


def _shown(
    estimator: Any, grid: Grid, codebook: np.ndarray, origin: np.ndarray, nearest: np.ndarray
) -> dict[str, Any]:
    """Return the fitted attributes."""
    return {
        "codebook_": codebook.reshape(grid.n_rows, grid.n_columns, -1), "labels_": nearest,
        "unit_positions_": grid.positions(), "_origin": origin, "_metric": estimator.metric,
    }
