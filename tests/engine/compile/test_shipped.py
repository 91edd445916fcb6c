"""Kernels that come with the package: the bits of compiled ones, or no use is made of them."""

import json
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from skneural.engine.compile import cache, cache_warning, shipped

ROOT = Path(__file__).resolve().parents[3]
BUILDER = ROOT / ".ci" / "ship_kernels.py"
SETS = shipped.INSTRUCTION_SETS.get(platform.machine(), ())
# kernels of the fit below
KERNELS = (
    r"(_base\.(activate|evaluate),rule=\S*\.Tanh\.rule|batch\.(gather|sum_\w+|weigh_batch)|"
    r"epoch\.\w+|gemm\.gemm|_product\.\w+|multiply_by_slope|column_sums|"
    r"_base\.update_2,rule=\S*\.Adam\.rule|_base\.each_output,rule=\w\S*SquaredError\.rule|"
    r"link=\S*_identity),float64$"
)

pytestmark = pytest.mark.needs_jit(reason="no machine code is used")

# Trains, and prints a digest of the weights, how many kernels were compiled, and if Numba is there.
PROGRAM = """
import sys, warnings
import numpy as np
import joblib
from skneural import MLPRegressor
from skneural.engine.compile.jit import compile_count
from skneural.losses import CustomLoss
warnings.simplefilter("ignore")

def squared(output, target, gradient):
    gradient[0] = output[0] - target[0]
    return 0.5 * (output[0] - target[0]) ** 2

X = np.random.RandomState(0).standard_normal((70, 19))
y = np.sin(X[:, 0])
loss = "squared_error" if sys.argv[1] == "usual" else CustomLoss(squared)
model = MLPRegressor(loss, (21, 8), "tanh", max_iter=3, random_state=0, batch_size=16)
model.fit(X, y)
state = model.coefs_, model.intercepts_, model.predict(X)
print(joblib.hash(state), compile_count(), "numba" in sys.modules)
"""


@pytest.fixture(scope="module")
def libraries(tmp_path_factory):
    """A folder with a library for each instruction set that the machine has."""
    if sys.platform != "linux" or not SETS:
        pytest.skip("libraries of kernels are built on Linux, for x86-64 and AArch64")
    missing = [name for name in ("cc", "nm", "readelf") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"this machine has no {', '.join(missing)} to build libraries with")
    folder = tmp_path_factory.mktemp("kernels")
    command = [sys.executable, BUILDER, *(each.name for each in usable())]
    subprocess.run([*command, "--processes", "1", "--to", folder, "--only", KERNELS], check=True)
    return folder


def usable():
    has = shipped._processor_has()
    return [each for each in SETS if has and has.issuperset(each.needed)]


@pytest.fixture
def fit(run_python):
    def fitted(instructions, folder, loss="usual"):
        done = run_python(PROGRAM, loss, env={
            "NUMBA_CPU_NAME": instructions.cpu, "NUMBA_CPU_FEATURES": instructions.features,
            shipped.VARIABLE: str(folder)})
        digest, compiled, numba = done.stdout.split()
        return digest, int(compiled), numba == "True"

    return fitted


@pytest.fixture
def loaded(monkeypatch):
    """What is loaded from a folder by this process, for the best instruction set it has."""

    def load(folder):
        monkeypatch.setenv(shipped.VARIABLE, str(folder))
        return shipped._library.__wrapped__()

    return load


@pytest.mark.parametrize("name", [each.name for each in SETS])
def test_the_bits_are_those_of_compiled_kernels(name, libraries, fit):
    """Nothing is compiled with a library, and everything without."""
    (instructions,) = [each for each in usable() if each.name == name] or [None]
    if instructions is None:
        pytest.skip(f"this machine cannot run the code of {name}")
    digest, n_compiled, numba = fit(instructions, libraries)
    assert (n_compiled, numba) == (0, False)
    assert fit(instructions, "0")[0] == digest


def test_what_is_not_in_a_library_is_compiled(libraries, fit):
    """A user's own loss, beside the kernels of the library."""
    *_, instructions = usable()[:2]
    digest, n_compiled, _ = fit(instructions, libraries, "own")
    assert n_compiled == 1
    assert fit(instructions, "0", "own")[0] == digest


def test_a_library_for_this_processor_is_loaded(libraries, loaded):
    library = loaded(libraries)
    assert library.instructions == usable()[0]
    assert hasattr(library.code, shipped.symbol_of("skneural.engine.gemm.gemm,float64"))
    assert not hasattr(library.code, shipped.symbol_of("skneural.engine.gemm.gemm,float32"))


def damages():
    """What may be wrong with a library and its description, by name."""

    def truncated(library, about):
        library.write_bytes(library.read_bytes()[:-5000])

    def foreign(library, about):
        library.write_bytes(b"\x7fELF" + bytes(library.stat().st_size - 4))

    def one_bit(library, about):
        content = bytearray(library.read_bytes())
        content[len(content) // 2] ^= 1
        library.write_bytes(content)

    def no_checksum(library, about):
        told = json.loads(about.read_text(encoding="utf-8"))
        del told["crc32"]
        about.write_text(json.dumps(told), encoding="utf-8")

    def other_sources(library, about):
        told = json.loads(about.read_text(encoding="utf-8"))
        about.write_text(json.dumps({**told, "sources": "0" * 32}), encoding="utf-8")

    def no_dictionary(library, about):
        about.write_text("[1]", encoding="utf-8")

    def unreadable(library, about):
        about.write_bytes(b"{\xff")

    def no_description(library, about):
        about.unlink()

    def no_library(library, about):
        library.unlink()

    def writable_by_others(library, about):
        library.chmod(0o666)

    def folder_of_others(library, about):
        library.parent.chmod(0o777)

    return [truncated, foreign, one_bit, no_checksum, other_sources, no_dictionary, unreadable,
            no_description, no_library, writable_by_others, folder_of_others]


@pytest.fixture
def warnings_noted(monkeypatch):
    """The list of what the process will warn of."""
    monkeypatch.setattr(cache_warning, "_is_noted", False)
    monkeypatch.setattr(cache_warning, "_messages", [])
    return cache_warning._messages


@pytest.mark.parametrize("damage", damages(), ids=lambda damage: damage.__name__)
def test_a_library_that_is_not_to_be_used_is_ignored(
    damage, libraries, loaded, tmp_path, warnings_noted
):
    """A warning tells of those that were built from these sources and are not as they were."""
    folder = shutil.copytree(libraries, tmp_path / "copy")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(shipped.VARIABLE, str(folder))
        damage(*shipped.files_of(usable()[0]))
    assert loaded(folder) is None
    assert loaded(folder) is None
    is_damaged = damage.__name__ in ("truncated", "foreign", "one_bit", "no_checksum")
    assert [".so is damaged" in each for each in warnings_noted] == [True] * is_damaged


def test_a_fit_with_a_damaged_library_compiles_and_warns_once(libraries, tmp_path, run_python, fit):
    """Code that is damaged is never run."""
    *_, instructions = usable()[:2]
    folder = shutil.copytree(libraries, tmp_path / "copy")
    for library in folder.glob("*.so"):
        content = library.read_bytes()
        begin, end = len(content) // 4, len(content) // 2
        library.write_bytes(content[:begin] + bytes(end - begin) + content[end:])
    done = run_python(PROGRAM.replace('"ignore"', '"always", RuntimeWarning'), "usual", env={
        "NUMBA_CPU_NAME": instructions.cpu, "NUMBA_CPU_FEATURES": instructions.features,
        shipped.VARIABLE: str(folder)})
    assert done.stdout.split()[0] == fit(instructions, "0")[0]
    assert done.stderr.count("is damaged") == 1
    assert "<string>" in done.stderr.partition("RuntimeWarning")[0], "the user's line"


def test_a_folder_without_libraries_or_none_at_all(loaded, tmp_path):
    assert loaded(tmp_path) is None
    assert loaded(tmp_path / "missing") is None
    assert loaded("0") is None


@pytest.mark.skipif(not SETS, reason="there are no libraries for this machine")
@pytest.mark.parametrize(("variables", "expected"), [
    ({"NUMBA_CPU_NAME": "nehalem"}, None),
    ({"NUMBA_CPU_FEATURES": "+sse2"}, None),
    ({"NUMBA_CPU_NAME": SETS[0].cpu if SETS else "", "NUMBA_CPU_FEATURES": "+sse2"}, None),
    *[({"NUMBA_CPU_NAME": each.cpu, "NUMBA_CPU_FEATURES": each.features}, each) for each in SETS],
], ids=["another processor", "features", "other features", *(each.name for each in SETS)])
def test_the_environment_names_the_instruction_set(variables, expected, monkeypatch):
    for name in ("NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert shipped._wanted() == expected


def test_settings_of_numba_that_change_code_switch_libraries_off(libraries, loaded, monkeypatch):
    monkeypatch.setenv("NUMBA_BOUNDSCHECK", "1")
    assert loaded(libraries) is None


@pytest.mark.parametrize("machine", shipped.INSTRUCTION_SETS)
def test_the_best_set_of_a_processor(machine, monkeypatch, tmp_path):
    """By the first processor that Linux tells of; none is chosen where it tells of none."""
    monkeypatch.setattr(platform, "machine", lambda: machine)
    for name in ("NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES"):
        monkeypatch.delenv(name, raising=False)
    told = tmp_path / "cpuinfo"
    monkeypatch.setattr(shipped, "_PROCESSOR", told)
    monkeypatch.setattr(shipped, "_processor_has", shipped._processor_has.__wrapped__)
    assert shipped._wanted() is None
    told.write_text("processor : 0\n\nmodel name : unlike any\n", encoding="utf-8")
    assert shipped._wanted() is None
    for each in shipped.INSTRUCTION_SETS[machine]:
        told.write_text(f"flags\t\t: fpu {' '.join(each.needed)}\nflags : none", encoding="utf-8")
        assert shipped._wanted() == each


def test_kernels_on_another_vector_width_have_a_cache_of_their_own(monkeypatch):
    folder = cache._folder.__wrapped__
    monkeypatch.setattr(shipped, "vectors", lambda: None)
    own = folder()
    monkeypatch.setattr(shipped, "vectors", lambda: frozenset({"avx", "fma"}))
    assert folder() != own
