"""Kernels: compiled once, kept on disk, named by what they are made of."""

import gc
import sys

import numpy as np
import pytest

from _helpers import plain_python, run_kernel
from skneural.activations import Elu, Relu
from skneural.engine import math
from skneural.engine.compile import host as _host
from skneural.engine.compile import jit
from skneural.engine.compile.jit import Helper, Kernel, UserFunction, compile_count, helper, kernel
from skneural.engine.epoch import barrier
from skneural.engine.primitives import integers, real, reals
from skneural.optimizers import Adam

FLOAT32, FLOAT64 = np.dtype(np.float32), np.dtype(np.float64)


@helper
def change(x):
    """Stand for a function of one number."""
    return x


@helper
def double(x):
    return x + x


@kernel
def apply_change(row, run):
    """y = change(x), one number."""
    field = integers(row, 4)
    reals(field[3], 1)[0] = change(reals(field[2], 1)[0]) * real(1.0)


def applied(kernel_, x, dtype=FLOAT64):
    result = np.zeros(1, dtype)
    run_kernel(kernel_, dtype, (np.array([x], dtype), result))
    return result[0]


@pytest.mark.needs_jit(reason="nothing is compiled")
def test_a_kernel_is_compiled_once_for_each_dtype():
    fresh = Kernel(apply_change.function, bindings={"change": double})
    before = compile_count()
    addresses = [fresh.address(dtype) for dtype in (FLOAT64, "float64", np.float64)]
    assert compile_count() - before <= 1
    before = compile_count()
    assert len(set(addresses)) == 1 and addresses[0] != 0
    again = Kernel(apply_change.function, bindings={"change": double})
    assert again.address(FLOAT64) == addresses[0]
    assert compile_count() == before
    assert fresh.address(FLOAT32) != addresses[0]
    assert compile_count() == before + 1


@pytest.mark.parametrize("dtype", [FLOAT32, FLOAT64], ids=str)
def test_bindings_stand_for_names(dtype):
    assert applied(apply_change, 3.0, dtype) == 3.0
    assert applied(apply_change.using(change=double), 3.0, dtype) == 6.0
    assert applied(apply_change.using(change=double).using(change=change), 3.0, dtype) == 3.0


def test_using_keeps_kind_and_rounding():
    bound = Adam().kernel
    assert isinstance(bound, Kernel) and bound.summing
    assert type(change.using(real=double)) is Helper
    assert not apply_change.using(change=double).summing


def test_kernels_are_named_by_function_bindings_and_dtype():
    names = {
        kernel_._name(dtype)
        for kernel_ in (Relu().kernel, Elu().kernel, Elu(alpha=0.5).kernel, barrier)
        for dtype in (FLOAT32, FLOAT64)
    }
    assert len(names) == 6
    assert barrier._name(FLOAT32) == "skneural.engine.epoch.barrier,float32"
    assert "rule=skneural.activations._piecewise.Relu.rule" in Relu().kernel._name(FLOAT64)


def test_only_kernels_of_the_package_are_kept_on_disk():
    def foreign(target, output, gradient):
        return 0.0

    assert barrier._is_ours() and Relu().kernel._is_ours()
    assert not apply_change._is_ours()
    assert not Relu().kernel.using(rule=UserFunction(foreign))._is_ours()


def test_plain_python_is_switched_by_the_environment(monkeypatch):
    for value, disabled in (("1", True), ("0", False), ("", False)):
        monkeypatch.setenv("NUMBA_DISABLE_JIT", value)
        assert jit.is_disabled() is disabled
    monkeypatch.delenv("NUMBA_DISABLE_JIT")
    assert not jit.is_disabled()


def test_plain_python_runs_by_address_and_compiles_nothing():
    before = compile_count()
    with plain_python():
        assert applied(apply_change.using(change=double), 4.0) == 8.0
        assert applied(apply_change.using(change=math.tanh), 0.5) == np.tanh(0.5)
    assert compile_count() == before


def test_functions_within_a_kernel_are_bound_too():
    """Names inside a comprehension or a nested function are found."""

    def outer(x):
        return [double(value) for value in (x,)][0]

    assert Helper(outer).bind(FLOAT64, True)(2.0) == 4.0


@pytest.mark.needs_jit(reason="nothing is compiled")
def test_a_helper_is_compiled_once_for_a_type_whatever_numbers_calls_have():
    def add_twice(x, n):
        return x + n

    counted = Helper(add_twice)

    def run(row, run):
        field = integers(row, 4)
        field[3] = change(field[2], 1) + change(field[2], 2) + change(field[2], field[2])

    Kernel(run, bindings={"change": counted}).address(FLOAT64)
    assert len(counted.bind(FLOAT64, False).overloads) == 1


@pytest.mark.needs_jit(reason="nothing is compiled")
@pytest.mark.parametrize("collects", [True, False])
def test_garbage_is_collected_after_a_failure_as_before(collects):
    def run(row, run):
        return row.nothing

    was_enabled = gc.isenabled()
    (gc.enable if collects else gc.disable)()
    try:
        with pytest.raises(Exception, match="nothing"):
            Kernel(run).address(FLOAT64)
        assert gc.isenabled() is collects
    finally:
        (gc.enable if was_enabled else gc.disable)()


@pytest.mark.needs_jit(reason="nothing is compiled")
def test_a_kernel_that_fails_leaves_the_others_and_no_thread(no_leaked_threads):
    def good(row, run):
        integers(row, 3)[2] = 1

    def bad(row, run):
        return row.nothing

    turn, before = sys.getswitchinterval(), compile_count()
    fine = Kernel(good)
    with pytest.raises(Exception, match="nothing"):
        jit.make_ready([fine, Kernel(bad), Kernel(apply_change.function)], FLOAT64)
    assert sys.getswitchinterval() == turn
    jit.make_ready([fine], FLOAT64)
    assert compile_count() == before + 1


def test_a_second_process_reuses_the_object_code_without_numba(run_python, tmp_path):
    code = """
        import sys
        import numpy as np
        from skneural.activations import Tanh
        from skneural.engine.compile.jit import compile_count

        value = Tanh()(np.array([0.5], np.float32))[0]
        print(repr(float(value)), compile_count(), "numba" in sys.modules)
    """
    environment = {"SKNEURAL_CACHE_DIR": str(tmp_path), "NUMBA_DISABLE_JIT": "0"}
    first = run_python(code, env=environment).stdout.split()
    second = run_python(code, env=environment).stdout.split()
    assert first[1:] == ["1", "True"]
    assert second == [first[0], "0", "False"]
    assert float(first[0]) == pytest.approx(np.tanh(0.5), rel=1e-6)


@pytest.mark.parametrize(
    ("name", "features", "expected"),
    [
        ("haswell", None, ("haswell", "")),
        ("haswell", "+avx", ("haswell", "+avx")),
        (None, "+avx", ("host", "+avx")),
        (None, None, ("host", "host's")),
    ],
)
def test_processor_is_what_numba_will_see(monkeypatch, name, features, expected):
    import llvmlite.binding as llvm

    for variable, value in (("NUMBA_CPU_NAME", name), ("NUMBA_CPU_FEATURES", features)):
        if value is None:
            monkeypatch.delenv(variable, raising=False)
        else:
            monkeypatch.setenv(variable, value)
    host = {"host": llvm.get_host_cpu_name(), "host's": llvm.get_host_cpu_features().flatten()}
    assert _host.host_cpu() == tuple(host.get(part, part) for part in expected)
