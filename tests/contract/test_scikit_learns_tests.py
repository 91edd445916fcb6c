"""scikit-learn's own tests of its perceptrons, run on ours."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

import skneural

THEIRS = "sklearn.neural_network.tests.test_mlp"
PRIVATE = "it looks at private members"
EXCEPTED = {
    "test_fit": PRIVATE + ", and fills them in by hand",
    "test_gradient": PRIVATE,
    "test_learning_rate_warmstart": PRIVATE,
    "test_adaptive_learning_rate": PRIVATE,
    "test_n_iter_no_change": PRIVATE,
    "test_n_iter_no_change_inf": PRIVATE,
    "test_nonfinite_params": "where scikit-learn raises, a usable model is kept, with a warning",
    "test_early_stopping_stratified": "scikit-learn names a rare class 'True', here by its label",
}
CONFTEST = f"""
import pytest

def pytest_collection_modifyitems(items):
    items[:] = [item for item in items if item.originalname not in {list(EXCEPTED)}]

@pytest.fixture
def global_random_seed():
    return 42
"""


@pytest.mark.slow
@pytest.mark.needs_jit(reason="dozens of long fits")
def test_scikit_learns_tests_pass_with_the_import_changed(tmp_path):
    try:
        specification = importlib.util.find_spec(THEIRS)
    except ModuleNotFoundError:
        specification = None
    if specification is None:
        pytest.skip("scikit-learn is installed without its tests")
    source = Path(specification.origin).read_text(encoding="utf-8")
    before, after = "from sklearn.neural_network import MLP", "from skneural import MLP"
    assert source.count(before) == 1
    (tmp_path / "test_mlp.py").write_text(source.replace(before, after), encoding="utf-8")
    (tmp_path / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    source_folder = str(Path(skneural.__file__).parents[1])
    search_path = [source_folder, os.environ.get("PYTHONPATH", "")]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rf", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env=dict(os.environ, PYTHONPATH=os.pathsep.join(filter(None, search_path))),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert run.returncode == 0, f"{run.stdout[-3000:]}\n{run.stderr[-1000:]}"
