"""The units of a map: where they lie, how far apart, and which are neighbors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_ROW_HEIGHT = np.sqrt(3) / 2  # of hexagons whose centers in a row are one apart
_BLOCK_NUMBERS = 1 << 22  # of a block of the matrix of weights between all units


@dataclass(frozen=True)
class Grid:
    """Rows and columns of units.

    Parameters
    ----------
    n_rows, n_columns : int
    hexagonal : bool
        Whether odd rows are moved by half a column.
    toroidal : bool
        Whether opposite edges meet.
    """

    n_rows: int
    n_columns: int
    hexagonal: bool
    toroidal: bool

    @property
    def n_units(self) -> int:
        return self.n_rows * self.n_columns

    @property
    def longer_side(self) -> int:
        return max(self.n_rows, self.n_columns)

    def positions(self) -> np.ndarray:
        """Return x and y of each unit, shape (n_rows, n_columns, 2)."""
        y, x = np.indices((self.n_rows, self.n_columns), float)
        if self.hexagonal:
            x[1::2] += 0.5
            y *= _ROW_HEIGHT
        return np.stack([x, y], axis=-1)

    def squared_distances(self) -> np.ndarray:
        """Return squared distances by even or odd row, difference of rows, of columns.

        Shape (2, 2 * n_rows - 1, 2 * n_columns - 1); no difference is in the middle.
        """
        parity = np.arange(2)[:, None, None]
        down = np.arange(1 - self.n_rows, self.n_rows)[None, :, None]
        across = np.arange(1 - self.n_columns, self.n_columns)[None, None, :] + 0.0 * parity
        height = _ROW_HEIGHT if self.hexagonal else 1.0
        if self.hexagonal:
            across = across + 0.5 * ((parity + down) % 2 - parity)
        dx, dy = self._wrapped(across, self.n_columns), self._wrapped(down, self.n_rows) * height
        return dx**2 + dy**2

    def axis_squares(self, size: int) -> np.ndarray:
        """Return the squared differences along a side of so many units."""
        places = np.arange(size)
        return np.asarray(self._wrapped(places[:, None] - places, size) ** 2, float)

    def _wrapped(self, difference, size):
        """Return differences of places, on a torus the shorter way round."""
        return (difference + size / 2) % size - size / 2 if self.toroidal else difference

    def are_neighbors(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Return whether units, by their numbers, touch pair by pair."""
        (r1, c1), (r2, c2) = divmod(first, self.n_columns), divmod(second, self.n_columns)
        square = self.squared_distances()[
            r1 % 2, r2 - r1 + self.n_rows - 1, c2 - c1 + self.n_columns - 1
        ]
        return np.asarray((square < (1.1 if self.hexagonal else 2.1)) & (first != second))

    def links(self) -> np.ndarray:
        """Return the pairs of neighbors.

        Returns
        -------
        links : ndarray of int, shape (4, n_links)
            Numbers of both units, then row and column of the place between them in a map where
            units have the even rows and columns.
        """
        found = [
            self._links(parity, down, across)
            for parity in (0, 1) for down, across in self._steps(parity)
        ]
        return np.concatenate(found, axis=1)

    def _steps(self, parity):
        if not self.hexagonal:
            return (0, 1), (1, 0), (1, 1), (1, -1)
        return (0, 1), (1, 0), ((1, 1) if parity else (1, -1))

    def _links(self, parity, down, across):
        """Return the links of all even or odd rows by one step."""
        r, c = np.indices((self.n_rows, self.n_columns))[:, parity::2].reshape(2, -1)
        to_r, to_c = r + down, c + across
        if self.toroidal:
            to_r, to_c = to_r % self.n_rows, to_c % self.n_columns
        first, second = r * self.n_columns + c, to_r * self.n_columns + to_c
        inside = (to_r < self.n_rows) & (to_c >= 0) & (to_c < self.n_columns) & (first != second)
        height, width = self.expanded_shape
        place_r, place_c = (2 * r + down) % height, (2 * c + across) % width
        return np.stack([first, second, place_r, place_c])[:, inside]

    @property
    def expanded_shape(self) -> tuple[int, int]:
        """Rows and columns of a map that has places between units."""
        between_edges = 0 if self.toroidal else 1
        return 2 * self.n_rows - between_edges, 2 * self.n_columns - between_edges


@dataclass(frozen=True)
class Neighborhood:
    """How much each unit learns from what belongs to another.

    Parameters
    ----------
    grid : Grid
    kind : {"gaussian", "bubble", "triangle"}
    radius : float
    """

    grid: Grid
    kind: str
    radius: float

    def weights(self, square: np.ndarray) -> np.ndarray:
        """Return the weights for squared distances."""
        if self.kind == "gaussian":
            return np.asarray(np.exp(square * (-2 / self.radius**2)))
        distance = np.sqrt(square)
        if self.kind == "bubble":
            return (distance <= self.radius * (1 + 1e-9)).astype(float)
        return np.maximum(0, 1 - distance / self.radius)

    def table(self) -> np.ndarray:
        """Return the weights as `Grid.squared_distances` has the distances."""
        return self.weights(self.grid.squared_distances())

    def spread(self, sums: np.ndarray) -> np.ndarray:
        """Return for each unit the weighted sum of all units' rows.

        Parameters
        ----------
        sums : ndarray of shape (n_units, n_columns), float64
        """
        if self.kind == "gaussian" and not self.grid.hexagonal:
            return self._spread_by_axis(sums)
        table, result = self.table(), np.empty_like(sums)
        size = self.grid.n_columns * self.grid.n_units
        n_rows = max(1, _BLOCK_NUMBERS // size)
        for first in range(0, self.grid.n_rows, n_rows):
            rows = range(first, min(first + n_rows, self.grid.n_rows))
            block = np.stack([self._weights_of_row(table, row) for row in rows])
            units = slice(first * self.grid.n_columns, rows.stop * self.grid.n_columns)
            result[units] = block.reshape(-1, self.grid.n_units) @ sums
        return result

    def _spread_by_axis(self, sums):
        """Return `spread` where weights are products of those along both sides."""
        grid = self.grid
        down, across = (self.weights(grid.axis_squares(n)) for n in (grid.n_rows, grid.n_columns))
        by_row = across @ sums.reshape(grid.n_rows, grid.n_columns, -1)
        return (down @ by_row.reshape(grid.n_rows, -1)).reshape(sums.shape)

    def _weights_of_row(self, table, row):
        """Return the weights of the units of a row, shape (n_columns, n_rows, n_columns)."""
        grid = self.grid
        lines = table[row % 2, grid.n_rows - 1 - row : 2 * grid.n_rows - 1 - row]
        windows = np.lib.stride_tricks.sliding_window_view(lines, grid.n_columns, axis=1)
        return windows[:, ::-1].swapaxes(0, 1)
