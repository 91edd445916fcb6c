"""The kernel cache: never stale, and never in the way of a fit."""

import os
import platform
import re
import shutil
import sys
from pathlib import Path

import pytest

import skneural
from skneural.engine.compile import cache as _cache
from skneural.engine.compile import folders as _folders
from skneural.engine.compile.sources import CODE_SETTINGS, KERNEL_PACKAGES

pytestmark = pytest.mark.needs_jit(reason="nothing is compiled, so nothing is cached")

# Trains, and prints a prediction and how many kernels were compiled.
SCRIPT = """
import sys, warnings
import numpy as np
from sklearn.exceptions import ConvergenceWarning
warnings.simplefilter("ignore", ConvergenceWarning)
from skneural import MLPRegressor
from skneural.engine.compile.jit import compile_count
random = np.random.RandomState(0)
X = random.standard_normal((20, 3))
activation = sys.argv[1] if len(sys.argv) > 1 else "logistic"
settings = {"hidden_layer_sizes": (4,), "activation": activation, "max_iter": 2, "random_state": 0}
model = MLPRegressor(**settings).fit(X, X[:, 0])
print(repr(float(model.predict(X[:1])[0])), compile_count())
"""


@pytest.fixture
def train(run_python, tmp_path):
    """Train in a fresh process on a cache folder: the prediction and the number of compilations."""

    temporary = tmp_path / "tmp"
    temporary.mkdir()

    def call(*arguments, cache=tmp_path / "cache", code=SCRIPT, environment=(), **keywords):
        environment = {
            "SKNEURAL_CACHE_DIR": str(cache),
            "TMPDIR": str(temporary),
            "PYTHONDONTWRITEBYTECODE": "1",
            **dict(environment),
        }
        done = run_python(code, *arguments, env=environment, **keywords)
        value, compiled = done.stdout.split()
        return float(value), int(compiled), done.stderr

    return call


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A cache that one process has filled; tests work on copies."""
    return tmp_path_factory.mktemp("filled") / "cache"


@pytest.fixture
def trained(train, filled, tmp_path):
    """What training gives, and a copy of the filled cache for the test."""
    value = train(cache=filled)[0]
    shutil.copytree(filled, tmp_path / "cache")
    return value


@pytest.fixture
def package(tmp_path):
    """A folder with a copy of the package that a test may edit."""
    folder = tmp_path / "copy"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(skneural.__file__).parent, folder / "skneural", ignore=ignored)
    return folder


def cached_files(folder):
    return sorted(path for path in Path(folder).rglob("*") if path.is_file())


def small_files(folder):
    """The files of the six smallest kernels, which compile fast."""
    return sorted(cached_files(folder), key=lambda path: path.stat().st_size)[:6]


def test_a_small_network_compiles_what_a_large_one_needs(train, trained):
    code = SCRIPT.replace("(4,)", "(200, 200)")
    assert code != SCRIPT
    assert train(code=code)[1] == 0


def test_the_second_process_compiles_nothing(train, filled, tmp_path):
    value, compiled, errors = train(cache=filled)
    files = cached_files(filled)
    assert len(files) >= compiled
    assert len({path.suffix for path in files}) == 1, "temporary files stay"
    assert errors == ""
    assert train(cache=filled) == (value, 0, "")
    assert cached_files(filled) == files


def test_only_new_kernels_are_compiled(train, trained):
    assert 0 < train("elu")[1] <= 2
    assert train("elu")[1] == 0


def edit(package, path, before, after):
    """Replace the one occurrence of a piece of a source file."""
    file = package / "skneural" / path
    text = file.read_text()
    assert text.count(before) == 1, f"{before!r} occurs {text.count(before)} times in {path}"
    file.write_text(text.replace(before, after))


# A kernel's own code, and a function that kernels of other files call.
EDITS = {
    "kernel": (
        "activations/_sigmoid.py",
        "return value, value * (real(1.0) - value)",
        "return value, value * (real(3.0) - value)",
    ),
    "callee": (
        "engine/math.py",
        "value = real(1.0) + expm1_near(r)",
        "value = real(1.25) + expm1_near(r)",
    ),
}


def test_an_edit_is_never_answered_from_the_cache(train, trained, package):
    values = {trained}
    for path, before, after in EDITS.values():
        edit(package, path, before, after)
        value, compiled, _ = train(package_folder=package)
        assert compiled > 0
        values.add(value)
        edit(package, path, after, before)
    assert len(values) == 3
    assert train(package_folder=package) == (trained, 0, "")


def test_every_package_with_kernels_is_part_of_the_key():
    root = Path(skneural.__file__).parent
    is_kernel = re.compile(r"^@(row_)?kernel", flags=re.MULTILINE)
    sources = [path for path in root.rglob("*.py") if is_kernel.search(path.read_text())]
    folders = {folder for path in sources for folder in path.relative_to(root).parents}
    covered = {Path(folder) for folder in KERNEL_PACKAGES}
    alone = [path for path in sources if not covered & {*path.relative_to(root).parents}]
    assert not alone
    assert covered <= folders


def test_an_edit_during_a_process_does_not_reach_the_cache(train, trained, package):
    """What an old process compiles after the edit is not taken for the new source's code."""
    path, before, after = EDITS["callee"]
    change = f"""
import pathlib, skneural, skneural.network
file = pathlib.Path(skneural.__file__).parent / {path!r}
text = file.read_text()
assert text.count({before!r}) == 1
file.write_text(text.replace({before!r}, {after!r}))
"""
    during = train("elu", package_folder=package, code=change + SCRIPT)
    assert during[1] > 0
    assert train("elu", package_folder=package)[0] != during[0]


def test_the_cache_does_not_depend_on_the_place(train, trained, package):
    """It belongs to the sources' text, not to where they are installed."""
    assert train(package_folder=package) == (trained, 0, "")


def test_another_processor_has_code_of_its_own(train, trained):
    other = train(environment={"NUMBA_CPU_NAME": "generic"})
    assert other[1] > 0
    assert other[0] == pytest.approx(trained, rel=1e-10)
    assert train() == (trained, 0, "")


def test_a_misspelt_processor_is_an_error(run_python):
    """LLVM would end the process. No parameter has to do with it, so none is named."""
    done = run_python(SCRIPT, env={"NUMBA_CPU_NAME": "haswel"}, check=False)
    last = done.stderr.splitlines()[-1]
    assert "Error: NUMBA_CPU_NAME='haswel' is not the name of a processor" in last
    assert "MLPRegressor" not in last and "loss" not in last
    if platform.machine() in ("x86_64", "AMD64"):
        assert "Did you mean 'haswell'?" in done.stderr
        done = run_python(SCRIPT, env={"NUMBA_CPU_NAME": "pentium4"}, check=False)
        assert "Error: NUMBA_CPU_NAME='pentium4'" in done.stderr, "it has 32 bits only"


def test_settings_of_the_compiler_have_code_of_their_own(monkeypatch):
    folders = [_cache._folder.__wrapped__()]
    for name in CODE_SETTINGS:
        monkeypatch.setenv(name, "7")
        folders.append(_cache._folder.__wrapped__())
    assert len(set(folders)) == len(folders)


def warned_once(errors):
    """Whether there is one warning, and it points at the user's line."""
    counts = [errors.count(part) for part in ("SKNEURAL_CACHE_DIR", "Warning: ", "<string>:")]
    return counts == [1, 1, 1] and ".py" not in errors


@pytest.fixture
def blocked(tmp_path):
    """A cache folder below a file: nothing can be written, whoever runs the test."""
    file = tmp_path / "file"
    file.write_text("not a folder")
    return file / "cache"


def test_another_folder_where_the_usual_one_is_not_writable(train, trained, tmp_path, blocked):
    value, compiled, errors = train(cache=blocked)
    assert value == trained and compiled > 1
    assert warned_once(errors) and str(blocked.parent) in errors and str(tmp_path / "tmp") in errors
    assert train(cache=blocked) == (trained, 0, errors), "every process warns"


@pytest.fixture
def temporary(trained, tmp_path):
    """The temporary folder, with the kernels that training needs."""
    folder = tmp_path / "tmp" / _folders.temporary().root.name
    (tmp_path / "cache").rename(folder)
    folder.chmod(0o700)
    return folder


def test_a_usable_folder_is_filled_from_the_temporary_one(train, trained, temporary, tmp_path):
    """So that the warning's advice brings what was compiled before it was followed."""
    assert train(cache=tmp_path / "mine") == (trained, 0, "")
    copies = {path.name: path.read_bytes() for path in cached_files(tmp_path / "mine")}
    assert copies == {path.name: path.read_bytes() for path in cached_files(temporary)}
    shutil.rmtree(temporary)
    assert train(cache=tmp_path / "mine") == (trained, 0, "")


# Warnings of the cache are errors; exactly one comes up in the call, and the rest goes on.
CAREFUL = """
import warnings
import numpy as np
from sklearn.exceptions import ConvergenceWarning
from skneural import MLPRegressor
from skneural.activations import get_activation
from skneural.engine.compile.jit import compile_count
random = np.random.RandomState(0)
X = random.standard_normal((20, 3))

def scoring(estimator, X, y):
    return -np.mean((estimator.predict(X) - y) ** 2)

warnings.simplefilter("error", RuntimeWarning)
warnings.simplefilter("ignore", ConvergenceWarning)
n_raised = 0
settings = {"hidden_layer_sizes": (4,), "activation": "logistic", "max_iter": 2, "random_state": 0}
model = MLPRegressor(early_stopping=True, scoring=scoring, **settings)
try:
    CALL
except RuntimeWarning as warning:
    assert "SKNEURAL_CACHE_DIR" in str(warning)
    n_raised += 1
REST
assert n_raised == 1
print(0, compile_count())
"""


@pytest.mark.parametrize(
    ("call", "rest"),
    [
        ("model.fit(X, X[:, 0])", "assert model.n_iter_ == 2 and model.predict(X).shape == (20,)"),
        ("get_activation('tanh')(X)", "assert get_activation('tanh')(X).shape == X.shape"),
    ],
    ids=["fit", "activation"],
)
def test_the_warning_as_an_error_throws_nothing_away(train, blocked, temporary, call, rest):
    """It comes when the estimator is fitted, though a scorer predicted in the midst of the fit."""
    train(cache=blocked, code=CAREFUL.replace("CALL", call).replace("REST", rest))


def test_a_prediction_warns_when_it_is_done(train, temporary, tmp_path, blocked):
    """In a process that fits nothing, and reads all its kernels from the temporary folder."""
    save = "import pickle; pickle.dump(model, open(sys.argv[2], 'wb'))"
    train("logistic", tmp_path / "model", cache=blocked, code=SCRIPT + save)
    code = """
import pickle, sys
model = pickle.load(open(sys.argv[1], "rb"))
for _ in range(2):
    value = model.predict([[0.5, 0.5, 0.5]])
print(float(value[0]), 0)
"""
    assert warned_once(train(tmp_path / "model", cache=blocked, code=code)[2])


@pytest.mark.skipif(sys.platform == "win32", reason="there the folder is named by a variable")
def test_another_folder_for_a_user_without_a_home(train, trained):
    code = f"""
import os, pwd
for name in ("SKNEURAL_CACHE_DIR", "XDG_CACHE_HOME", "HOME"):
    os.environ.pop(name, None)

def getpwuid(uid):
    raise KeyError(uid)

pwd.getpwuid = getpwuid
{SCRIPT}
"""
    value, compiled, errors = train(code=code)
    assert value == trained and compiled > 1
    assert warned_once(errors) and "no home" in errors
    assert train(code=code) == (trained, 0, errors)


def test_no_folder_at_all_warns_once(train, trained, tmp_path, blocked):
    (tmp_path / "tmp" / _folders.temporary().root.name).write_text("not a folder either")
    for _ in range(2):
        value, compiled, errors = train(cache=blocked)
        assert value == trained and compiled > 1
        assert warned_once(errors) and "each new process" in errors


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
@pytest.mark.parametrize("level", ["root", "folder", "file"])
def test_what_others_may_write_is_not_loaded(train, trained, tmp_path, level):
    """Neither what lies in a folder that is open to others, nor a file that is."""
    root = tmp_path / "cache"
    (folder,) = root.iterdir()
    if level == "file":
        for path in small_files(root):
            path.chmod(0o664)
        assert train() == (trained, 6, "")
        assert {path.stat().st_mode & 0o022 for path in cached_files(root)} == {0}
    else:
        {"root": root, "folder": folder}[level].chmod(0o777)
        value, compiled, errors = train()
        assert value == trained and compiled > 6
        assert warned_once(errors) and "`chmod go-w /" in errors
        assert train() == (trained, 0, errors), "the folder is left as it is"
        {"root": root, "folder": folder}[level].chmod(0o755)
    assert train() == (trained, 0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no write permission on Windows")
@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes to any folder"
)
def test_folder_without_permission_warns_once(train, tmp_path):
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    _, compiled, errors = train(cache=folder)
    assert compiled > 1 and warned_once(errors)
    assert train(cache=folder)[1:] == (0, errors)


def test_read_only_filled_cache_is_used_in_silence(train, trained, tmp_path):
    folder = tmp_path / "cache"
    paths = [folder, *folder.rglob("*")]
    for path in paths:
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        assert train() == (trained, 0, "")
    finally:
        for path in paths:
            path.chmod(0o700)


DAMAGES = [
    lambda data: b"",
    lambda data: data[: len(data) // 2],
    lambda data: data[:3] + b"?",
    lambda data: data[:-50] + bytes([data[-50] ^ 1]) + data[-49:],
    lambda data: b"something else entirely" * 100,
    lambda data: data + b"more",
]


def test_damaged_files_are_replaced(train, trained, tmp_path):
    for path, damage in zip(small_files(tmp_path / "cache"), DAMAGES, strict=True):
        path.write_bytes(damage(path.read_bytes()))
    assert train() == (trained, len(DAMAGES), "")
    assert train() == (trained, 0, "")


def test_swapped_files_are_noticed(train, trained, tmp_path):
    """A kernel stored under another's name is not run in its place."""
    files = small_files(tmp_path / "cache")
    contents = [path.read_bytes() for path in files]
    for path, data in zip(files, contents[1:] + contents[:1], strict=True):
        path.write_bytes(data)
    assert train() == (trained, len(files), "")


def test_a_folder_in_the_place_of_a_file(train, trained, tmp_path):
    for path in small_files(tmp_path / "cache"):
        path.unlink()
        path.mkdir()
    value, compiled, errors = train()
    assert (value, compiled) == (trained, 6) and warned_once(errors)
    assert not [p for p in cached_files(tmp_path / "cache") if p.suffix != ".o"]


def test_import_compiles_and_writes_nothing(run_python, tmp_path):
    code = """
        import sys
        import skneural
        from skneural import MLPClassifier
        print("numba" in sys.modules)
    """
    done = run_python(code, env={"SKNEURAL_CACHE_DIR": str(tmp_path / "cache")})
    assert done.stdout.strip() == "False"
    assert not (tmp_path / "cache").exists()


def test_an_edit_of_a_users_loss_is_seen(train, trained, tmp_path):
    """A user's function is not part of the package's sources, so its code is never stale either."""
    module = tmp_path / "my_losses.py"
    source = """
def squares(target, output, gradient):
    total = 0.0
    for j in range(len(output)):
        gradient[j] = FACTOR * (output[j] - target[j])
        total += 0.5 * FACTOR * (output[j] - target[j]) ** 2
    return total
"""
    code = f"""
import sys
sys.path.insert(0, {str(tmp_path)!r})
import my_losses
from skneural.losses import CustomLoss
{SCRIPT.replace('"random_state": 0}', '"random_state": 0, "loss": CustomLoss(my_losses.squares)}')}
"""
    values = set()
    for factor in ("1.0", "-5.0"):
        module.write_text(source.replace("FACTOR", factor))
        values.add(train(code=code)[0])
    assert len(values) == 2
