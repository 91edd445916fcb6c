"""Memory of this process, now and at its peak."""

from __future__ import annotations

import sys
from pathlib import Path

STATUS = Path("/proc/self/status")


def status_bytes(field: str) -> int:
    """A field of Linux's process status in bytes."""
    for line in STATUS.read_text().splitlines():
        if line.startswith(f"{field}:"):
            return 1024 * int(line.split()[1])
    raise LookupError(field)


def usage_bytes() -> int:
    """Peak that the system accounts to this process."""
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def resident_memory() -> int:
    """Bytes resident now; where only the peak is known, the peak so far."""
    return status_bytes("VmRSS") if STATUS.exists() else usage_bytes()


def peak_memory() -> int:
    """Most bytes resident so far.

    On Linux not from getrusage, whose figure starts at that of the process that forked this one.
    """
    return status_bytes("VmHWM") if STATUS.exists() else usage_bytes()
