"""Build the kernels that a wheel ships: `python .ci/ship_kernels.py`, before `pip wheel .`.

All kernels (`kernel_names.py`) are compiled for each instruction set of this kind of machine, and
those of a set are linked into one shared library in ``src/skneural/kernels``, with a file that says
which sources they are of. That needs Linux and binutils with a C compiler for the link. A wheel
built after it has the libraries, and the tag of a platform; a second run with the same sources
compiles nothing. `--folder` keeps what was compiled for a later run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / ".ci")]

from kernel_names import kernels  # noqa: E402
from kernel_names import names as shipped_names  # noqa: E402

from skneural.engine.compile import shipped  # noqa: E402
from skneural.engine.compile.sources import imported_digest, source_digest  # noqa: E402

# What a kernel may call: functions of libc and libm, which are there wherever Python is.
_OF_NUMBERS = ("ceil", "cos", "exp", "expm1", "floor", "fma", "fmod", "log", "log1p", "pow", "rint",
               "sin", "sincos", "tanh", "trunc")
ALLOWED = {"memset", "memcpy", "memmove", "sched_yield", "_GLOBAL_OFFSET_TABLE_", *_OF_NUMBERS,
           *(f"{name}f" for name in _OF_NUMBERS)}
# What later versions of glibc have anew, with the same results; they keep the old ones too.
RENEWED = [f"{name}{kind}" for name in ("exp", "fmod", "log", "pow") for kind in ("", "f")]
FIRST_GLIBC = {"x86_64": "2.2.5", "aarch64": "2.17"}


class BuildError(SystemExit):
    """What keeps a library from being built."""


def compile_all(names: list[str], folder: Path) -> None:
    """Compile kernels, those that are not there yet, into object files of a folder."""
    import numpy as np

    from skneural.engine.compile.compiler import _Codegen

    usual = _Codegen._customize_tm_options

    def customize(self, options):  # to be linked, not for this process
        usual(self, options)
        options.update(reloc="pic", codemodel="small")

    _Codegen._customize_tm_options = customize
    known = kernels()
    for name in names:
        path = folder / f"{shipped.symbol_of(name)}.o"
        if path.exists():
            continue
        stem, _, dtype = name.rpartition(",")
        try:
            symbol, machine_code = known[stem]._typed(np.dtype(dtype))
            library = machine_code.__self__
            _rename(library._final_module, symbol, path.stem)
            code = library.object_code()
        except Exception as error:
            raise BuildError(f"{name}: {type(error).__name__}: {error}") from error
        part = path.with_suffix(".part")
        part.write_bytes(code)
        part.replace(path)


def _rename(module, symbol: str, name: str) -> None:
    """Leave a module one name that others see: the kernel's."""
    for value in [*module.functions, *module.global_variables]:
        if value.name == symbol:
            value.name = name
        elif not value.is_declaration:
            value.linkage = "internal"


def _call(command: list[str], **keywords) -> str:
    done = subprocess.run(command, capture_output=True, text=True, **keywords)
    if done.returncode:
        raise BuildError(f"{' '.join(command)[:200]}\n{done.stdout}{done.stderr}"[-5000:])
    return done.stdout


def _compile(instructions, names: list[str], folder: Path, n_processes: int) -> list[Path]:
    """Have processes of their own compile for an instruction set; return the object files."""
    environment = os.environ | {
        "NUMBA_CPU_NAME": instructions.cpu, "NUMBA_CPU_FEATURES": instructions.features,
        shipped.VARIABLE: "0", "NUMBA_DISABLE_JIT": "0"}
    parts = [names[start::n_processes] for start in range(n_processes)]
    running = []
    for number, part in enumerate(parts):
        (folder / f"{number}.json").write_text(json.dumps(part), encoding="utf-8")
        running.append(subprocess.Popen(
            [sys.executable, __file__, "--compile", f"{number}.json"], cwd=folder, env=environment))
    if sum(process.wait() != 0 for process in running):
        raise BuildError(f"kernels for {instructions.name} were not compiled")
    return [folder / f"{shipped.symbol_of(name)}.o" for name in names]


def _check_symbols(names: list[str], objects: list[Path], folder: Path) -> None:
    """Fail if a kernel calls what may not be there, with the kernel's name."""
    listed = folder / "objects"
    listed.write_text("\n".join(map(str, objects)), encoding="utf-8")
    named = dict(zip((path.name for path in objects), names))
    wrong = [
        f"{named[Path(path).name]} needs {symbol}" for path, symbol in re.findall(
            r"^(.*?): +U (\S+)$", _call(["nm", "-u", "-A", f"@{listed}"]), re.MULTILINE)
        if symbol not in ALLOWED
    ]
    if wrong:
        raise BuildError("\n".join(wrong))


def _link(library: Path, folder: Path) -> None:
    """Link the objects; code that would have to be changed when it is loaded is an error."""
    compiler, together = os.environ.get("CC", "cc"), str(folder / "together.o")
    _call([compiler, "-r", "-nostdlib", f"@{folder / 'objects'}", "-o", together])
    version = f"@GLIBC_{FIRST_GLIBC[platform.machine()]}"
    _call(["objcopy", *(f"--redefine-sym={name}={name}{version}" for name in RENEWED), together])
    _call([compiler, "-shared", "-s", "-nostartfiles", "-Wl,-z,text", "-Wl,-z,defs",
           "-Wl,-z,noexecstack", "-Wl,-z,relro", "-Wl,-z,now", "-Wl,--hash-style=gnu",
           "-Wl,--build-id=none", "-Wl,--as-needed", together, "-lm", "-o", str(library)])


def _glibc(library: Path) -> tuple[int, ...]:
    """Return the version of glibc that a library needs, at least that of all wheels for Linux."""
    told = _call(["readelf", "--version-info", "--wide", str(library)])
    versions = {tuple(map(int, each)) for each in re.findall(r"GLIBC_(\d+)\.(\d+)", told)}
    return max(versions | {(2, 17)})


def build(instructions, names: list[str], folder: Path, n_processes: int) -> None:
    """Compile for an instruction set and link the library."""
    began = time.perf_counter()
    objects = folder / instructions.name
    objects.mkdir(exist_ok=True)
    paths = _compile(instructions, names, objects, n_processes)
    _check_symbols(names, paths, objects)
    library, about = shipped.files_of(instructions)
    library.parent.mkdir(parents=True, exist_ok=True)
    about.unlink(missing_ok=True)
    _link(library, objects)
    if source_digest() != imported_digest():
        raise BuildError("Sources of kernels were changed meanwhile; build again.")
    about.write_text(json.dumps({
        "sources": imported_digest(), "size": library.stat().st_size,
        "crc32": shipped.checksum_of(library), "kernels": len(names),
        "cpu": instructions.cpu, "features": instructions.features,
        "machine": platform.machine(), "glibc": _glibc(library),
    }, indent=1) + "\n", encoding="utf-8")
    print(f"{library.name}: {len(names)} kernels, {library.stat().st_size / 1e6:.2f} MB,"
          f" {time.perf_counter() - began:.0f} s", flush=True)


def main() -> None:
    """Build for all instruction sets of this kind of machine, or those named."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("sets", nargs="*", help="instruction sets; all by default")
    parser.add_argument("--only", default="", help="a regular expression of names of kernels")
    parser.add_argument("--folder", type=Path, help="for object files, kept; a temporary one else")
    parser.add_argument("--to", type=Path, help="folder for libraries; the package's by default")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--compile", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.compile:
        compile_all(json.loads(options.compile.read_text(encoding="utf-8")), Path.cwd())
        return
    if sys.platform != "linux":
        raise BuildError("Libraries of kernels are built on Linux; a wheel without works anywhere.")
    os.environ.pop(shipped.VARIABLE, None)
    if options.to:
        os.environ[shipped.VARIABLE] = str(options.to.resolve())
    names = [name for name in shipped_names() if re.search(options.only, name)]
    with tempfile.TemporaryDirectory() as temporary:
        folder = (options.folder or Path(temporary)).resolve() / imported_digest()
        folder.mkdir(parents=True, exist_ok=True)
        for instructions in shipped.INSTRUCTION_SETS[platform.machine()]:
            if not options.sets or instructions.name in options.sets:
                build(instructions, names, folder, options.processes)


if __name__ == "__main__":
    main()
