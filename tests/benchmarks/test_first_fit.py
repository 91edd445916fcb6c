"""The benchmark of first fits: what it runs in fresh processes, and the table it prints."""

import sys
from pathlib import Path

import pytest

from skneural.engine.compile import folders

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.needs_jit(reason="nothing is compiled")


@pytest.fixture
def first_fit(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    from asv_benchmarks import first_fit

    return first_fit


def test_a_case_tells_what_the_first_run_takes(first_fit, tmp_path):
    known = {"SKNEURAL_CACHE_DIR": str(folders.usual().root)}
    told = first_fit.run("perceptron, unpickled", sys.executable, tmp_path, **known)
    assert (tmp_path / "perceptron.pickle").is_file()
    assert min(told["first"], told["second"]) > 0
    assert set(told["compilers"]) <= {"numba", "llvmlite"}


def test_the_table_has_medians_and_what_was_imported(first_fit):
    each = [{"first": 0.2, "second": 0.1, "compilers": []},
            {"first": 0.5, "second": 0.1, "compilers": ["numba"]},
            {"first": 0.3, "second": 0.1, "compilers": []}]
    title, line = first_fit.table({"a case": each}, "title")
    assert title.startswith("title") and line.startswith("a case")
    assert line.split()[2:] == ["300", "100", "200", "400", "numba"]
