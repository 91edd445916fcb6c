"""The benchmarks measure what they say: the same layers everywhere, products that are right."""

from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def benchmarks_can_be_imported(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)


def test_layers_of_a_row_are_this_librarys_of_the_same_shapes():
    from asv_benchmarks._contestants import made_of
    from asv_benchmarks._image_layers import shapes_along
    from asv_benchmarks._layer_workloads import LAYER_WORKLOADS

    for workload in LAYER_WORKLOADS.values():
        if workload.parameters is None:
            shape = workload.image_shape
            for layer in made_of(workload.layers):
                shape = layer.output_shape(shape)
            assert shape == shapes_along(workload.layers, workload.image_shape)[-2], workload.name


@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize("stride", ["close", "odd lines", "power of two"])
def test_products_are_products(stride, down):
    from asv_benchmarks.products import make_run, row_distance

    n_rows, depth, columns = sizes = 9, 20, 33
    run = make_run(sizes, "float64", stride, down)
    run(2)
    a, b, c = run.keep[:3]
    between = row_distance(columns, stride, 8)
    of_a = row_distance(n_rows if down else depth, "odd lines", 8)
    left = a[: (depth if down else n_rows) * of_a].reshape(-1, of_a)
    left = left[:, :n_rows].T if down else left[:, :depth]
    right = b[: depth * between].reshape(-1, between)[:, :columns]
    result = c[: n_rows * between].reshape(-1, between)[:, :columns]
    np.testing.assert_allclose(result, left @ right, rtol=1e-12, atol=1e-12)
