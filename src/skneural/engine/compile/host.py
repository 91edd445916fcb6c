"""The processor that code is compiled for, as Numba will see it."""

import functools
import os
import subprocess
import sys

from ..._naming import did_you_mean

# Code for a processor that LLVM does not know ends the process: this one asks on another's behalf.
_PROBE = """
import sys
import llvmlite.binding as llvm
llvm.initialize_native_target()
llvm.initialize_native_asmprinter()
target = llvm.Target.from_triple(llvm.get_process_triple())
target.create_target_machine(cpu="help")
machine = target.create_target_machine(cpu=sys.argv[1])
machine.emit_assembly(llvm.parse_assembly("define void @f() {\\n ret void\\n}"))
"""
_ALWAYS_KNOWN = ("", "generic")


class UnknownProcessorError(ValueError):
    """The environment names no processor that is known.

    Being no plain ValueError, it is not given the name of an estimator or a parameter on its way.
    """


def host_cpu() -> tuple[str, str]:
    """Return the processor's name and features as Numba will see them.

    Raises
    ------
    UnknownProcessorError
        If ``NUMBA_CPU_NAME`` is not the name of one that LLVM can compile for.
    """
    import llvmlite.binding as llvm

    name = os.environ.get("NUMBA_CPU_NAME")
    features = os.environ.get("NUMBA_CPU_FEATURES")
    if name is None:
        name = llvm.get_host_cpu_name()
    else:
        if name not in (*_ALWAYS_KNOWN, llvm.get_host_cpu_name()):
            _check(name)
        if features is None:
            features = ""  # Numba's rule: a processor given by name brings its own features
    if features is None:
        features = llvm.get_host_cpu_features().flatten()
    return name, features


@functools.cache
def _check(name):
    if not sys.executable or getattr(sys, "frozen", False):
        return  # no Python to ask
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, name], capture_output=True, text=True, env=environment
    )
    if "not a recognized processor" in done.stderr or "LLVM ERROR" in done.stderr:
        words = (line.split() for line in done.stderr.splitlines())
        names = [first for first, *rest in filter(None, words) if rest[:2] == ["-", "Select"]]
        hint = "" if name in names else did_you_mean(name, names)
        raise UnknownProcessorError(
            f"NUMBA_CPU_NAME={name!r} is not the name of a processor that LLVM can compile for on"
            f" this machine.{hint} Unset it to compile for the machine's own."
        )
