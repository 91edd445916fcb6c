"""How a map learns, and how it finds units."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from ..._user_warnings import warn_user
from ...data.checks import check_weights, unchanged_on_error
from ...data.samples import Samples
from ...engine.compile.cache_warning import postponed, warn_of_cache
from ..base.estimator import Estimator
from .checks import check_initial, check_map, check_seen, notices_of
from .grid import Grid, Neighborhood
from .learning import Course, batch_step, online_step
from .matching import Rows, in_parts
from .start import drawn_rows, mean_of, principal_plane

Notices = list[tuple[str, type[Warning]]]


class BaseMap(Estimator):
    """The training of a map; `SelfOrganizingMap` has the public methods."""

    _reads_nan = True
    _needs_dense = "maps read dense rows; use X.toarray()"

    def _check_parameters(self) -> None:
        check_map(self)

    def _samples(self) -> Samples:
        return Samples(self, accepts_sparse=False)

    def _grid(self) -> Grid:
        """Return the units that the parameters ask for."""
        n_rows, n_columns = map(int, self.shape)
        return Grid(n_rows, n_columns, self.topology == "hexagonal", bool(self.toroidal))

    def _fit(self, X: Any, sample_weight: Any) -> Any:
        """Run the rounds of `fit`."""
        with self._rounds(X, None, sample_weight) as (data, rounds):
            weight = np.ones(len(data.X)) if data.sample_weight is None else data.sample_weight
            random, grid = check_random_state(self.random_state), self._grid()
            codebook, origin, rounds.notices[:] = self._start(data.X, weight, grid, random)
            course, rows = Course.of(self, grid), Rows(data.X, origin)
            nearest, _ = rows.nearest(codebook - origin, self.n_jobs)
            for number in rounds:
                before, radius = nearest, course.radius(number)
                hood = Neighborhood(grid, self.neighborhood, radius)
                if self.algorithm == "batch":
                    units = batch_step(
                        rows, weight, codebook - origin, nearest, hood, self.n_jobs
                    )
                else:
                    rates = np.minimum(1.0, course.rate(number) * weight)
                    order = random.permutation(len(rows))
                    units = online_step(rows, order, rates[order], codebook - origin, hood)
                codebook = units + origin
                nearest, distances = rows.nearest(codebook - origin, self.n_jobs)
                at_rest = self.algorithm == "batch" and np.array_equal(nearest, before)
                rounds.end(
                    np.average(distances, weights=weight),
                    self._shown(grid, codebook, origin, nearest), len(rows),
                    stop=at_rest and course.radius(number + 1) == radius,
                )
        return self

    def _partial_fit(self, X: Any, sample_weight: Any) -> Any:
        """Go through X once, row by row, as a further round."""
        goes_on, owner = hasattr(self, "codebook_"), type(self).__name__
        notices: Notices = []
        with postponed(), unchanged_on_error(self):
            self._check_parameters()
            samples, grid = self._samples(), self._grid()
            accepted = self.codebook_.dtype if goes_on else samples.accepted_dtypes()
            X, _ = samples.check_with_targets(X, None, accepted, first=not goes_on)
            weight = check_weights(owner, "sample_weight", sample_weight, len(X))
            weight = np.ones(len(X)) if weight is None else weight
            if goes_on:
                check_seen(X, owner, by_column=False)
                codebook, origin, number = self._units(), self._origin, self.n_iter_
                if codebook.shape[0] != grid.n_units:
                    raise ValueError(
                        f"{owner}: the map has {codebook.shape[0]} units, but shape={self.shape!r}"
                    )
            else:
                random = check_random_state(self.random_state)
                codebook, origin, notices = self._start(X, weight, grid, random)
                number = 0
            course, rows = Course.of(self, grid), Rows(X, origin)
            hood = Neighborhood(grid, self.neighborhood, course.radius(number))
            rates = np.minimum(1.0, course.rate(number) * weight)
            units = online_step(rows, np.arange(len(rows)), rates, codebook - origin, hood)
            codebook = units + origin
            nearest, distances = rows.nearest(codebook - origin, self.n_jobs)
            loss = float(np.average(distances, weights=weight))
            if not np.isfinite(loss):
                raise FloatingPointError(f"{owner}: the loss became {loss}. Scale X.")
            losses = [*(self.loss_curve_ if goes_on else ()), loss]
            self.__dict__.update(
                self._shown(grid, codebook, origin, nearest), n_iter_=number + 1, loss_=loss,
                loss_curve_=losses,
            )
        for message, category in notices:
            warn_user(message, category)
        warn_of_cache()
        return self

    def _start(
        self, X: np.ndarray, weight: np.ndarray, grid: Grid, random: np.random.RandomState
    ) -> tuple[np.ndarray, np.ndarray, Notices]:
        """Return the first codebook, the origin that rows are read about, and warnings."""
        owner = type(self).__name__
        check_seen(X, owner, by_column=True)
        n_directions = 2
        if not isinstance(self.initialization, str):
            units = check_initial(self.initialization, grid, X.shape[1], owner)
        elif self.initialization == "random":
            units = drawn_rows(X, weight, grid, random)
        else:
            units, n_directions = principal_plane(X, weight, grid)
        notices = notices_of(grid, len(X), n_directions, owner)
        return units.astype(X.dtype), mean_of(X, weight).astype(X.dtype), notices

    def _shown(
        self, grid: Grid, codebook: np.ndarray, origin: np.ndarray, nearest: np.ndarray
    ) -> dict[str, Any]:
        """Return the fitted attributes."""
        return {
            "codebook_": codebook.reshape(grid.n_rows, grid.n_columns, -1),
            "labels_": nearest, "unit_positions_": grid.positions(), "_origin": origin,
        }

    def _units(self) -> np.ndarray:
        """Return the fitted codebook, a unit a row."""
        codebook = self.codebook_
        return np.ascontiguousarray(codebook.reshape(-1, codebook.shape[-1]))

    def _fitted_grid(self) -> Grid:
        """Return the units of the fitted map."""
        check_is_fitted(self)
        n_rows, n_columns, _ = self.codebook_.shape
        return Grid(n_rows, n_columns, self.topology == "hexagonal", bool(self.toroidal))

    def _checked(self, X: Any) -> np.ndarray:
        """Return X to find units for."""
        check_is_fitted(self)
        X = self._samples().check(X, self.codebook_.dtype)
        check_seen(X, type(self).__name__, by_column=False)
        return np.asarray(X)

    def _nearest(self, X: Any) -> tuple[np.ndarray, np.ndarray]:
        """Return the nearest unit of each row of X, and its distance."""
        X, units = self._checked(X), self._units() - self._origin
        found = [rows.nearest(units, self.n_jobs) for rows in in_parts(X, self._origin)]
        nearest, distances = zip(*found, strict=True)
        return np.concatenate(nearest), np.concatenate(distances)

    def _distances(self, X: Any) -> Iterator[np.ndarray]:
        """Yield the distances of some rows of X after others to all units."""
        X, units = self._checked(X), self._units() - self._origin
        for rows in in_parts(X, self._origin):
            yield rows.distances(units, self.n_jobs)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
