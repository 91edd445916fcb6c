"""The same tests as code for other processors, each compiled in a process of its own.

They run the compiler even where NUMBA_DISABLE_JIT=1 has switched it off for all other tests.
"""

import platform
import sys
from pathlib import Path

import numpy as np
import pytest

from _contractions import check_all
from _helpers import DTYPES, name_of
from _trainings import train
from skneural.engine.compile import jit

TESTS = Path(__file__).resolve().parents[1]
# what NUMBA_CPU_NAME says, and the feature of this machine that its code needs
PROCESSORS = {"haswell": "avx2", "nehalem": "sse4.2"}
EACH_PROCESSOR = pytest.mark.parametrize("processor", PROCESSORS)
EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
THIN = 9 if jit.is_disabled() else 1  # which contractions this process repeats, as plain Python

# checks every contraction and primitive against NumPy there, and writes the results
PROGRAM = """
import sys
import numpy as np
from _contractions import check_all
from _helpers import DTYPES
from _primitive_kernels import expected, touch
from _trainings import train

for dtype in DTYPES:
    check_all(dtype)
    for one, other in zip(touch(dtype), expected(dtype), strict=True):
        np.testing.assert_array_equal(one, other)
products = {dtype.name: check_all(dtype, int(sys.argv[3])) for dtype in DTYPES}
np.savez(sys.argv[1], **products)
np.savez(sys.argv[2], **train())
"""
_known: dict = {}


@pytest.fixture
def results(run_python, tmp_path_factory):
    """What a process for a processor computed: contractions, and a small trained network."""

    def get(processor):
        if platform.machine().lower() not in ("x86_64", "amd64"):
            pytest.skip(f"{processor} is an x86-64 processor")
        import llvmlite.binding as llvm

        if not llvm.get_host_cpu_features().get(PROCESSORS[processor], False):
            pytest.skip(f"this machine cannot run the code of {processor}")
        if processor not in _known:
            folder = tmp_path_factory.mktemp(processor)
            environment = {
                "PYTHONPATH": str(TESTS),
                "NUMBA_DISABLE_JIT": "0",
                "NUMBA_CPU_NAME": processor,
                "SKNEURAL_CACHE_DIR": str(folder / "cache"),
            }
            files = folder / "products.npz", folder / "training.npz"
            run_python(PROGRAM, *files, THIN, env=environment)
            _known[processor] = [dict(np.load(file)) for file in files]
        return _known[processor]

    return get


@EACH_DTYPE
@EACH_PROCESSOR
def test_contractions_are_the_same_to_rounding(processor, dtype, results):
    """Sums of 300 products of numbers around 1, in the same order."""
    products, _ = results(processor)
    rounding = 300 * np.finfo(dtype).eps
    np.testing.assert_allclose(
        products[dtype.name], check_all(dtype, THIN), rtol=rounding, atol=10 * rounding
    )


@EACH_PROCESSOR
def test_training_is_the_same_to_rounding(processor, results):
    _, other = results(processor)
    for name, values in train().items():
        np.testing.assert_allclose(other[name], values, rtol=1e-4, atol=1e-5, err_msg=name)


@pytest.mark.skipif(sys.platform != "linux", reason="protects memory by mprotect")
def test_no_memory_beyond_the_operands_is_read(run_python):
    """A, C and the bias end where memory that may not be touched begins.

    So does B but for the rest of its last vector, NaN, of which C must show nothing.
    """
    done = run_python(
        """
        import ctypes, mmap
        import numpy as np
        from numpy.lib.stride_tricks import as_strided
        from _contractions import STARTS, Contraction, flat
        from _helpers import DTYPES
        from skneural.engine.processor import lanes

        c_library = ctypes.CDLL(None, use_errno=True)
        keep = []

        def at_the_edge(array, stride=None, slack=0):
            n_rows, n_columns = array.shape
            stride = stride or n_columns
            n_numbers, page = (n_rows - 1) * stride + n_columns + slack, mmap.PAGESIZE
            n_bytes = n_numbers * array.itemsize
            end = -(-n_bytes // page) * page
            memory = mmap.mmap(-1, end + page)
            keep.append(memory)
            begin = ctypes.addressof(ctypes.c_char.from_buffer(memory))
            assert c_library.mprotect(ctypes.c_void_p(begin + end), ctypes.c_size_t(page), 0) == 0
            numbers = np.frombuffer(memory, array.dtype, n_numbers, end - n_bytes)
            numbers[...] = np.nan
            strides = stride * array.itemsize, array.itemsize
            view = as_strided(numbers, array.shape, strides)
            view[...] = array
            return view

        # rows, columns, depth, and the stride of B's rows, large powers of two of which are packed
        cases = [
            (1, 1, 1, None), (3, 5, 7, None), (9, 17, 4, None), (8, 33, 20, None),
            (30, 50, 200, None), (25, 131, 40, 1024), (24, 128, 20, None),
        ]
        for dtype in DTYPES:
            for m, n, k, stride in cases:
                for start in STARTS:
                    for transposed in (False, True):
                        a = at_the_edge(flat((k, m) if transposed else (m, k), dtype, 1))
                        a = a.T if transposed else a
                        b = at_the_edge(flat((k, n), dtype, 2), stride, -n % lanes(dtype))
                        case = Contraction(a[:, None], b[None], dtype, start, guard=0)
                        case.memory = case.c = at_the_edge(case.memory)
                        case.bias = at_the_edge(case.bias[None])[0]
                        case.check()
        print("through")
        """,
        env={"PYTHONPATH": str(TESTS), "NUMBA_DISABLE_JIT": "0"},
    )
    assert done.stdout.strip() == "through"
