"""Build the kernels that a wheel ships: `python .ci/ship_kernels.py`, before `pip wheel .`.

It runs the tests named below once and notes every kernel that they use, compiles all of them for
each instruction set, and links those of a set into one shared library in ``src/skneural/kernels``,
with a file that says which sources they are of. It needs a C compiler for the link. A second run
with the same sources compiles nothing.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import functools
import hashlib
import importlib
import importlib.util
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))
NAMES = "SKNEURAL_KERNEL_NAMES"  # file that the plugin appends names to
TESTS = ("tests/estimators", "tests/layers", "tests/contract", "tests/persistence", "tests/losses",
         "tests/optimizers", "tests/activations", "tests/augmentation")


def pytest_configure(config):
    """Note the name of each kernel that is asked for: this file is a plugin of pytest then."""
    from skneural.engine.compile import jit

    seen, missing = set(), jit._missing

    def noting(kernels):
        for key, kernel in kernels.items():
            if kernel._is_ours():
                seen.add(kernel._name(key[-1]))
        return missing(kernels)

    jit._missing = noting
    path = f"{os.environ[NAMES]}.{os.getpid()}"

    def unconfigure():
        Path(path).write_text("\n".join(sorted(seen)), encoding="utf-8")

    config.add_cleanup(unconfigure)


def recorded(folder: Path, tests: list[str]) -> list[str]:
    """Run tests and return the names of all kernels they asked for, of both dtypes."""
    path = folder / "names"
    environment = os.environ | {NAMES: str(path), "PYTHONPATH": os.pathsep.join(
        [str(ROOT / "src"), str(ROOT / ".ci")]), "SKNEURAL_SHIPPED_KERNELS": "0"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "ship_kernels", "-n", "2",
               "-m", "not timing and not slow", *tests]
    subprocess.run(command, cwd=ROOT, env=environment, check=False)
    found = set()
    for part in folder.glob("names.*"):
        found |= set(part.read_text(encoding="utf-8").split("\n"))
    stems = {name.rpartition(",")[0] for name in found if name}
    return sorted(f"{stem},{dtype}" for stem in stems for dtype in ("float32", "float64"))


def kernel_of(name: str):
    """Return the kernel of a name and its dtype: the inverse of what `jit` calls it."""
    stem, _, dtype = name.rpartition(",")
    value, rest = _parsed(stem)
    if rest:
        raise ValueError(f"{name!r} ends in {rest!r}")
    return value, dtype


def _parsed(text: str):
    """Return the helper that a text begins with, and what follows it."""
    path = re.match(r"[\w.<>]+", text).group()
    rest, bindings = text[len(path):], {}
    while rest.startswith(","):
        bound = re.match(r",(\w+)=", rest)
        rest = rest[bound.end():]
        if rest.startswith("("):
            value, rest = _parsed(rest[1:])
            rest = rest[1:]
        else:
            simple = re.match(r"[\w.<>]+", rest).group()
            value, rest = _found(simple), rest[len(simple):]
        bindings[bound.group(1)] = value
    value = _found(path)
    return (value.using(**bindings) if bindings else value), rest


def _found(path: str):
    """Return what a path of modules, classes and a name leads to."""
    module, names = path, []
    while True:
        module, _, name = module.rpartition(".")
        names.insert(0, name)
        if _is_module(module):
            return functools.reduce(getattr, names, importlib.import_module(module))


def _is_module(path: str) -> bool:
    try:
        return importlib.util.find_spec(path) is not None
    except ModuleNotFoundError:
        return False


def _position_independent() -> None:
    """Have Numba compile code that can be linked, as it does not for its own process."""
    from skneural.engine.compile.compiler import _Codegen

    usual = _Codegen._customize_tm_options

    def customize(self, options):
        usual(self, options)
        options.update(reloc="pic", codemodel="small")

    _Codegen._customize_tm_options = customize


def compile_all(names: list[str], folder: Path) -> list[str]:
    """Compile kernels into object files of a folder; return what failed."""
    import numpy as np

    from skneural.engine.compile.shipped import symbol_of

    _position_independent()
    failed = []
    for name in names:
        path = folder / f"{symbol_of(name)}.o"
        if path.exists():
            continue
        try:
            kernel, dtype = kernel_of(name)
            symbol, machine_code = kernel._typed(np.dtype(dtype))
            raw = path.with_suffix(".raw")
            raw.write_bytes(machine_code())
            subprocess.run(
                ["objcopy", f"--redefine-sym={symbol}={symbol_of(name)}",
                 f"--keep-global-symbol={symbol_of(name)}", str(raw), str(path)], check=True)
            raw.unlink()
        except Exception as error:
            failed.append(f"{name}: {type(error).__name__}: {error}"[:300])
    return failed


def build(instructions, names: list[str], folder: Path) -> None:
    """Compile for an instruction set, in processes of its own, and link the library."""
    from skneural.engine.compile.cache import source_digest
    from skneural.engine.compile.shipped import files_of

    objects = folder / instructions.name
    objects.mkdir(exist_ok=True)
    environment = os.environ | {
        "NUMBA_CPU_NAME": instructions.cpu, "NUMBA_CPU_FEATURES": instructions.features,
        "SKNEURAL_SHIPPED_KERNELS": "0", "SKNEURAL_CACHE_DIR": str(folder / "cache")}
    parts = [names[start::2] for start in range(2)]

    def run(part):
        path = folder / f"{instructions.name}.{hashlib.md5(repr(part).encode()).hexdigest()}"
        path.write_text(json.dumps(part))
        subprocess.run([sys.executable, __file__, "--compile", str(path), str(objects)],
                       env=environment, check=True)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(run, parts))
    library, about = files_of(instructions)
    library.parent.mkdir(exist_ok=True)
    listed = folder / f"{instructions.name}.list"
    listed.write_text("\n".join(map(str, sorted(objects.glob("*.o")))))
    subprocess.run(
        ["cc", "-shared", "-s", "-nostartfiles", "-Wl,-z,noexecstack", "-Wl,--hash-style=gnu",
         f"@{listed}", "-lm", "-o", str(library)], check=True)
    about.write_text(json.dumps({
        "sources": source_digest(), "kernels": len(names), "cpu": instructions.cpu,
        "features": instructions.features}))
    print(f"{library.name}: {library.stat().st_size / 1e6:.1f} MB", flush=True)


def main() -> None:
    """Build for all instruction sets of this kind of machine, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", help="instruction sets; all by default")
    parser.add_argument("--names", type=Path, help="file of names, instead of running the tests")
    parser.add_argument("--tests", nargs="*", default=list(TESTS))
    parser.add_argument("--folder", type=Path, help="for object files, kept; a temporary one else")
    parser.add_argument("--compile", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.compile:
        names, objects = map(Path, options.compile)
        failed = compile_all(json.loads(names.read_text()), objects)
        print("\n".join(failed), file=sys.stderr)
        return
    from skneural.engine.compile.shipped import INSTRUCTION_SETS

    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(exist_ok=True)
        if options.names:
            names = options.names.read_text(encoding="utf-8").split("\n")
        else:
            names = recorded(folder, options.tests)
            (folder / "all_names").write_text("\n".join(names), encoding="utf-8")
        for instructions in INSTRUCTION_SETS[platform.machine()]:
            if not options.sets or instructions.name in options.sets:
                build(instructions, names, folder)


if __name__ == "__main__":
    main()
