"""scikit-learn's own tests of its perceptrons and Boltzmann machines, run on ours."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

import skneural

PRIVATE = "it looks at private members"
EXCEPTED = {
    "mlp": {
        "test_fit": PRIVATE + ", and fills them in by hand",
        "test_gradient": PRIVATE,
        "test_learning_rate_warmstart": PRIVATE,
        "test_adaptive_learning_rate": PRIVATE,
        "test_n_iter_no_change": PRIVATE,
        "test_n_iter_no_change_inf": PRIVATE,
        "test_nonfinite_params": "where scikit-learn raises, a model is kept, with a warning",
        "test_early_stopping_stratified": "scikit-learn names a rare class 'True'",
    },
    "rbm": {
        "test_transform": PRIVATE,
        "test_sample_hiddens": PRIVATE,
        "test_fit_gibbs": "it pins states that NumPy's generator draws",
    },
}
IMPORTED = {"mlp": "MLP", "rbm": "BernoulliRBM"}
CONFTEST = """
import pytest

def pytest_collection_modifyitems(items):
    items[:] = [item for item in items if item.originalname not in {excepted}]

@pytest.fixture
def global_random_seed():
    return 42
"""


@pytest.mark.slow
@pytest.mark.needs_jit(reason="dozens of long fits")
@pytest.mark.parametrize("module", IMPORTED)
def test_scikit_learns_tests_pass_with_the_import_changed(module, tmp_path):
    theirs = f"sklearn.neural_network.tests.test_{module}"
    try:
        specification = importlib.util.find_spec(theirs)
    except ModuleNotFoundError:
        specification = None
    if specification is None:
        pytest.skip("scikit-learn is installed without its tests")
    source = Path(specification.origin).read_text(encoding="utf-8")
    name = IMPORTED[module]
    before, after = (f"from {package} import {name}" for package in (
        "sklearn.neural_network", "skneural"
    ))
    assert source.count(before) == 1
    file = tmp_path / f"test_{module}.py"
    file.write_text(source.replace(before, after), encoding="utf-8")
    conftest = CONFTEST.format(excepted=list(EXCEPTED[module]))
    (tmp_path / "conftest.py").write_text(conftest, encoding="utf-8")
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
