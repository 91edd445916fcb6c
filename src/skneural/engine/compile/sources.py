"""What the machine code of a kernel depends on beside the processor: sources and settings."""

import hashlib
from pathlib import Path

KERNEL_PACKAGES = (
    "engine", "activations", "augmentation", "layers", "losses", "optimizers",
    "estimators/generative",
    "estimators/hopfield",
    "estimators/gmdh",
    "estimators/som",
    "estimators/deep_boltzmann",
)
CODE_SETTINGS = (  # variables that change what Numba compiles
    "NUMBA_BOUNDSCHECK", "NUMBA_DEBUGINFO", "NUMBA_ENABLE_AVX", "NUMBA_LOOP_VECTORIZE", "NUMBA_OPT",
    "NUMBA_SLP_VECTORIZE",
)


def source_digest() -> str:
    """Return a digest of all sources that kernels are compiled from, as they are on disk."""
    package = Path(__file__).resolve().parents[2]
    digest = hashlib.blake2b(digest_size=16)
    for folder in KERNEL_PACKAGES:
        for path in sorted((package / folder).rglob("*.py")):
            digest.update(path.relative_to(package).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


_IMPORTED = source_digest()  # of the sources that this process runs


def imported_digest() -> str:
    """Return the digest of the sources that this process runs."""
    return _IMPORTED
