"""The benchmarks measure what they say: the same layers everywhere, products that are right."""

import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def benchmarks_can_be_imported(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)


def test_commands_that_are_documented_are_there():
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "asv_benchmarks" / "README.md"]
    pages += (ROOT / "docs").rglob("*.rst")
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    commands = set(re.findall(r"python -m (asv_benchmarks\.[\w.]*\w)", text))
    assert {"asv_benchmarks.peers", "asv_benchmarks.outliers"} <= commands
    for name in commands:
        spec = importlib.util.find_spec(name)
        assert spec is not None, name
        is_folder = spec.submodule_search_locations is not None
        assert not is_folder or importlib.util.find_spec(f"{name}.__main__"), name


def test_layers_of_a_row_are_this_librarys_of_the_same_shapes():
    from asv_benchmarks.peers.contestants import made_of
    from asv_benchmarks.workloads.image_layers import shapes_along
    from asv_benchmarks.workloads.layers import LAYER_WORKLOADS

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
