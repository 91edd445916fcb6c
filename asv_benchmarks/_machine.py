"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path

PACKAGES = (
    "scikit-neural",
    "scikit-learn",
    "torch",
    "skorch",
    "jax",
    "onnxruntime",
    "numpy",
    "scipy",
    "numba",
    "llvmlite",
)


def version(package: str) -> str | None:
    """Version of an installed distribution, or None."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def processor() -> str:
    """Model name of the processor, as precise as the system gives it."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def cores() -> int:
    """Number of cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def openblas() -> str:
    """The kernel that NumPy's OpenBLAS runs, "" without it, as measured processes find it."""
    from asv_benchmarks import _processes

    return _processes.run("_openblas")


def describe() -> dict:
    """Processor, cores, system, Python and package versions."""
    return {
        "processor": processor(),
        "cores": cores(),
        "openblas": openblas(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {package: version(package) for package in PACKAGES},
    }


def lines(machine: dict) -> list[str]:
    """The description as two lines of text."""
    installed = [f"{name} {number}" for name, number in machine["versions"].items() if number]
    first = f"{machine['processor']}, {machine['cores']} cores, {machine['system']}"
    if machine["openblas"]:
        first += f", OpenBLAS runs {machine['openblas']}"
    return [first, f"Python {machine['python']}, " + ", ".join(installed)]
