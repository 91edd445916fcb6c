"""The processor's vectors, and the table of what contractions do on each."""

import platform
from pathlib import Path

import numpy as np
import pytest

from _contractions import check_all
from _helpers import DTYPES
from skneural.engine import choices, processor
from skneural.engine.compile import calls

TESTS = Path(__file__).resolve().parents[1]

# every choice as it is nowhere in the table
OTHERS = """
import sys
from dataclasses import replace
import numpy as np
from _contractions import check_all
from _helpers import DTYPES
from skneural.engine import choices

for key, usual in choices._TABLE.items():
    choices._TABLE[key] = replace(
        usual, steps=5 - usual.steps, prefetches=not usual.prefetches, panel_depth=40,
        packing_rows=9, aligning_rows=17,
    )
np.savez(sys.argv[1], **{dtype.name: check_all(dtype, 3) for dtype in DTYPES})
"""


@pytest.mark.skipif(
    platform.machine().lower() not in ("x86_64", "amd64"), reason="names of x86-64 processors"
)
@pytest.mark.parametrize(
    ("name", "features"),
    [("nehalem", set()), ("sandybridge", {"avx"}), ("haswell", {"avx", "fma"})],
)
def test_features_of_a_processor_by_name(name, features):
    assert processor._features_of(name) == features


@pytest.mark.parametrize(
    ("features", "n_bytes", "rows"),
    [
        ({"avx512f", "avx", "fma"}, 64, 8),
        ({"avx", "fma"}, 32, 4),
        (set(), 16, 4),
        ({"neon", "fma"}, 16, 8),
    ],
)
def test_tiles_fit_the_registers(monkeypatch, features, n_bytes, rows):
    monkeypatch.setattr(calls, "is_disabled", lambda: False)
    for module in (processor, choices):
        monkeypatch.setattr(module, "enabled_features", lambda: frozenset(features))
    assert processor.vector_bytes.__wrapped__() == n_bytes
    for dtype in DTYPES:
        of_dtype = choices.choices(dtype)
        assert (of_dtype.tile_rows, of_dtype.tile_vectors) == (rows, 3)
    monkeypatch.setattr(processor, "vector_bytes", lambda: n_bytes)
    assert [processor.lanes(dtype) for dtype in DTYPES] == [n_bytes // 4, n_bytes // 8]


def test_features_of_another_architecture(monkeypatch):
    import llvmlite.binding as llvm

    monkeypatch.setattr(llvm, "get_process_triple", lambda: "aarch64-apple-darwin")
    assert processor.enabled_features.__wrapped__() == {"neon", "fma"}


@pytest.mark.needs_jit(reason="plain Python makes no choices")
def test_no_choice_changes_a_bit(run_python, tmp_path):
    file = tmp_path / "products.npz"
    run_python(OTHERS, file, env={
        "PYTHONPATH": str(TESTS), "SKNEURAL_CACHE_DIR": str(tmp_path / "cache"),
    })
    others = np.load(file)
    for dtype in DTYPES:
        np.testing.assert_array_equal(others[dtype.name], check_all(dtype, 3))
