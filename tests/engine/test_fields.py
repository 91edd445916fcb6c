"""Kernels whose fields have names: what a step may give, what a kernel reads, in either mode."""

import contextlib
import importlib
import pkgutil
import traceback
from dataclasses import dataclass

import numpy as np
import pytest

import skneural
from _helpers import plain_python, run_kernel
from skneural.engine.compile.jit import helper
from skneural.engine.compile.jit import kernel as numbered_kernel
from skneural.engine.fields import (
    Address,
    BlockGradient,
    Bytes,
    Callee,
    Count,
    Double,
    Doubles,
    Flag,
    Indices,
    Integers,
    OptionalAddress,
    Reals,
    ResultRow,
    Row,
    RowAddress,
    RowDouble,
    RowInteger,
    RowKey,
    Rows,
    RowVector,
    RowWeight,
    SampleBytes,
    SampleRow,
    SampleVector,
    SampleWeight,
    Scalar,
)
from skneural.engine.kernels import NamedKernel, kernel, row_kernel, row_of
from skneural.engine.plan import Buffer, Plan
from skneural.engine.primitives import (
    FIELDS,
    FIRST,
    ITEMSIZE,
    ORDER,
    ROW_FIELDS,
    ROWS,
    RUN_FIELDS,
    SEED,
    STEP,
    call,
    integers,
    real,
    reals,
)
from skneural.engine.random import row_key
from skneural.engine.rows import rows_of
from skneural.engine.steps import BARRIER, Step

FLOAT32, FLOAT64 = np.dtype(np.float32), np.dtype(np.float64)
EACH_DTYPE = pytest.mark.parametrize("dtype", [FLOAT32, FLOAT64], ids=str)


@dataclass(frozen=True)
class Sizes:
    """Integers and tuples of them."""

    channels: int
    image: tuple[int, int]
    is_image: bool


@helper
def rule(x):
    """Stand for a function of one number."""
    return x


@helper
def doubled(x):
    return x + x


@row_kernel
def shift(x: Row, y: Row, offset: Scalar, columns: Count) -> None:
    """Y (n) = rule(X) + offset."""
    for j in range(columns):
        y[j] = rule(x[j]) + offset


@row_kernel
def fail(x: Row) -> None:
    """Raise an exception."""
    x[0] = x[1_000_000]


def batch(dtype, n_rows, columns, seed=0):
    """A buffer of random rows, further apart than they are long."""
    plan = Plan(np.dtype(dtype), n_rows)
    buffer = plan.buffer((columns,))
    buffer.array[:] = np.random.RandomState(seed).normal(size=buffer.array.size)
    return buffer


def numbers(buffer):
    return buffer.array.reshape(-1, buffer.stride)[:, : buffer.columns]


@pytest.fixture(params=["machine code", "plain Python"])
def mode(request):
    """Both ways a kernel runs."""
    with plain_python() if request.param == "plain Python" else contextlib.nullcontext():
        yield


@EACH_DTYPE
def test_rows_are_found_by_their_strides(dtype, mode):
    x, y = batch(dtype, 11, 19), batch(dtype, 11, 37, seed=1)
    after = y.array.copy().reshape(11, y.stride)
    run_kernel(shift, dtype, {"x": x, "y": y, "offset": 0.1, "columns": 19}, 11)
    after[:, :19] = numbers(x) + dtype.type(0.1)
    assert x.stride > 19 and x.stride != y.stride
    np.testing.assert_array_equal(y.array.reshape(after.shape), after)


@EACH_DTYPE
@pytest.mark.needs_jit(reason="compares with machine code")
def test_plain_python_gives_the_bits_of_machine_code(dtype):
    results = []
    for context in (contextlib.nullcontext(), plain_python()):
        x, y = batch(dtype, 9, 17), batch(dtype, 9, 17)
        with context:
            given = {"x": x, "y": y, "offset": 1 / 3, "columns": 17}
            run_kernel(shift.using(rule=doubled), dtype, given, 9)
        results.append(y.array.tobytes())
    assert results[0] == results[1]


def test_a_missing_field_is_named():
    x = batch(FLOAT32, 3, 4)
    with pytest.raises(TypeError, match=r"^kernel shift: no value for 'offset', 'columns'$"):
        Step.of(shift, x=x, y=x)


def test_a_misspelled_field_is_named_with_the_right_one():
    x = batch(FLOAT32, 3, 4)
    message = r"^kernel shift: has no field 'ofset'\. Did you mean 'offset'\? Its fields are x, y,"
    with pytest.raises(TypeError, match=message):
        Step.of(shift, x=x, y=x, ofset=1.0, columns=4)


def test_an_unknown_field_is_named():
    x = batch(FLOAT32, 3, 4)
    with pytest.raises(TypeError, match=r"^kernel shift: has no field 'epsilon'"):
        Step.of(shift, x=x, y=x, offset=1.0, columns=4, epsilon=1)


RIGHT = {
    "x": lambda: batch(FLOAT32, 3, 4), "y": lambda: batch(FLOAT32, 3, 4), "offset": lambda: 0.5,
    "columns": lambda: 4,
}


@pytest.mark.parametrize(("field", "wrong", "message"), [
    ("x", np.zeros(12, np.float32), "x must be a Buffer, got ndarray of float32"),
    ("x", 4096, "x must be a Buffer, got 4096"),
    ("y", batch(FLOAT64, 3, 4), "y must be a Buffer, got Buffer of float64, for float32"),
    ("offset", np.zeros(1), "offset must be a number, got ndarray of float64"),
    ("offset", True, "offset must be a number, got True"),
    ("columns", 4.0, r"columns must be an integer, got 4\.0"),
    ("columns", False, "columns must be an integer, got False"),
    ("columns", None, "columns must be an integer, got NoneType"),
])
def test_a_field_of_another_kind_is_named(field, wrong, message):
    given = {name: make() for name, make in RIGHT.items()}
    with pytest.raises(TypeError, match=f"^kernel shift: {message}"):
        Plan(FLOAT32, 3).by_rows(shift, **{**given, field: wrong})


@pytest.mark.parametrize(("kind", "right", "wrong"), [
    (Reals, [np.zeros(3, np.float32), np.zeros((2, 2), np.float32)],
     [np.zeros(3), np.zeros((2, 2), np.float32).T[:1], 7, None]),
    (Doubles, [np.zeros(3)], [np.zeros(3, np.float32), 1.0]),
    (Integers, [np.zeros(3, np.int64)], [np.zeros(3, np.int32), 1]),
    (Indices, [np.zeros(3, np.int32)], [np.zeros(3, np.int64)]),
    (Bytes, [np.zeros(3, np.uint8)], [np.zeros(3, np.int8)]),
    (Count, [3, np.int32(3)], [3.0, True, None]),
    (Flag, [True, np.bool_(False)], [1, None]),
    (Double, [3, 0.5, np.float32(0.5)], [True, "1", None, np.zeros(1)]),
    (Scalar, [3, 0.5], [None]),
    (Address, [64, np.zeros(3), batch(FLOAT32, 3, 4)], [0, None, 1.0, np.zeros((4, 4))[:, 1]]),
    (OptionalAddress, [64, 0, None, np.zeros(3)], [1.0, "x"]),
    (Callee, [shift], [64, rule, None]),
    (BlockGradient, [0, 64], [1.0]),
    (Sizes, [Sizes(1, (2, 3), True)], [(1, 2, 3, True), None]),
])
def test_each_kind_takes_its_own_only(kind, right, wrong):
    def field(value):
        pass

    field.__annotations__ = {"value": kind, "return": None}
    for value in right:
        assert kernel(field).integers({"value": value}, FLOAT32)
    for value in wrong:
        with pytest.raises(TypeError, match="kernel field: value must be"):
            kernel(field).integers({"value": value}, FLOAT32)


@pytest.mark.parametrize(("kind", "right", "wrong"), [
    (Row, batch(FLOAT32, 3, 4), np.zeros(3, np.float32)),
    (RowAddress, batch(FLOAT32, 3, 4), 64),
    (RowVector, batch(FLOAT32, 3, 4), None),
    (RowDouble, np.zeros(3), np.zeros(3, np.float32)),
    (RowInteger, np.zeros(3, np.int64), np.zeros(3)),
    (SampleRow, np.zeros((3, 4), np.float32), np.zeros((3, 4))),
    (SampleVector, batch(FLOAT32, 3, 4), 64),
    (SampleBytes, np.zeros((3, 4), np.uint8), np.zeros((3, 4), np.float32)),
    (ResultRow, np.zeros((3, 4), np.float32), np.zeros((4, 3), np.float32).T),
    (SampleWeight, np.zeros(3), np.zeros(3, np.float32)),
    (RowWeight, 0, 1.0),
    (RowKey, 3, 3.0),
])
def test_each_kind_of_a_row_takes_its_own_only(kind, right, wrong):
    def field(value):
        pass

    field.__annotations__ = {"value": kind, "return": None}
    assert row_kernel(field).integers({"value": right}, FLOAT32)
    with pytest.raises(TypeError, match="kernel field: value must be"):
        row_kernel(field).integers({"value": wrong}, FLOAT32)
    with pytest.raises(TypeError, match="value is of one row; only a row_kernel has such fields"):
        kernel(field).integers({"value": right}, FLOAT32)


@row_kernel
def read_each(
    target: RowAddress, address: RowAddress, vector: RowVector, loss: RowDouble, place: RowInteger,
    features: SampleRow, label: SampleVector, levels: SampleBytes, result: ResultRow,
    weight: SampleWeight, none: SampleWeight, gathered: RowWeight, key: RowKey, sizes: Sizes,
    half: Double, wanted: Flag, i: int, sample: int, n_rows: int, first: int, run: int,
) -> None:
    """Read each kind of field."""
    numbers = reals(target, 16)
    numbers[0] = reals(address, 2)[1]
    numbers[1] = vector[len(vector) - 1]
    loss[0] = half * weight * none * gathered
    place[0] = sample
    numbers[2] = features[1]
    numbers[3] = label[len(label) - 1]
    numbers[4] = real(levels[1])
    result[0] = real(i)
    numbers[5] = real(key == row_key(3, 4, 5, i))
    height, width = sizes.image
    numbers[6] = real(1000 * sizes.channels + 100 * height + 10 * width + sizes.is_image)
    numbers[7] = real(wanted)
    numbers[8], numbers[9] = real(n_rows), real(first)
    numbers[10] = real(integers(run, RUN_FIELDS)[ROWS])


@EACH_DTYPE
def test_a_kernel_reads_what_a_step_gives(dtype, mode):
    n_rows, first, order = 5, 2, np.array([6, 5, 4, 3, 2, 1, 0])
    rng = np.random.RandomState(0)
    target, source = batch(dtype, n_rows, 16), batch(dtype, n_rows, 3)
    X, labels = rng.normal(size=(7, 4)).astype(dtype), rng.normal(size=(7, 2)).astype(dtype)
    levels = rng.randint(0, 256, (7, 3)).astype(np.uint8)
    loss, place, result = np.zeros(n_rows), np.zeros(n_rows, np.int64), np.zeros((7, 1), dtype)
    weights = rng.uniform(1, 2, 7)
    given = {
        "target": target, "address": source, "vector": source, "loss": loss, "place": place,
        "features": X, "label": labels, "levels": levels, "result": result, "weight": weights,
        "none": None, "gathered": 0, "key": 5, "sizes": Sizes(7, (2, 3), True),
        "half": 0.5, "wanted": True,
    }
    state = {FIRST: first, ORDER: order, SEED: 3, STEP: 4}
    run_kernel(read_each, dtype, given, n_rows, state=state)
    samples = order[first:]
    expected = np.stack([
        numbers(source)[:, 1], numbers(source)[:, 2], X[samples, 1], labels[samples, 1],
        levels[samples, 1], np.ones(5), np.full(5, 7231), np.ones(5), np.full(5, 5), np.full(5, 2),
        np.full(5, 5),
    ], axis=1)
    np.testing.assert_array_equal(numbers(target)[:, :11], expected.astype(dtype))
    np.testing.assert_array_equal(loss, 0.5 * weights[samples])
    np.testing.assert_array_equal(place, samples)
    np.testing.assert_array_equal(result[:, 0], [0, 0, 0, 1, 2, 3, 4])


@kernel
def add_up(
    called: Callee, following: Address, x: Rows, totals: Reals, numbers: Doubles, counts: Integers,
    places: Indices, levels: Bytes, bias: OptionalAddress, begin: int, end: int, run: int,
    gradient: BlockGradient,
) -> None:
    """Add up a share of rows and a number of each array, then run another step."""
    for i in range(begin, end):
        totals[0] += row_of(x, i)[1] + reals(x.address + i * x.stride * ITEMSIZE, 1)[0]
    totals[1] = real(numbers[1] + counts[1] + places[1] + levels[1])
    totals[2] = real(bias == 0)
    reals(gradient, 1)[0] = totals[0]
    call(called, following, run)


@EACH_DTYPE
def test_a_kernel_of_a_share_reads_what_a_step_gives(dtype, mode):
    x, totals, gradient = batch(dtype, 6, 3), np.zeros(3, dtype), np.zeros(1, dtype)
    x.array[:] = np.round(8 * x.array) / 8
    y, shifted = batch(dtype, 6, 3), batch(dtype, 6, 3)
    following = rows_of([Step.of(shift, x=y, y=shifted, offset=1.0, columns=3)], dtype)
    given = {
        "called": shift, "following": following, "x": x, "totals": totals,
        "numbers": np.arange(2.0), "counts": np.arange(2), "places": np.arange(2, dtype=np.int32),
        "levels": np.arange(2, dtype=np.uint8), "bias": None, "gradient": gradient.ctypes.data,
    }
    run_kernel(add_up, dtype, given, 6)
    assert totals.tolist() == [numbers(x)[:, :2].sum(), 4, 1]
    assert gradient[0] == totals[0]
    np.testing.assert_array_equal(numbers(shifted), numbers(y) + 1)


@kernel
def fill_columns(numbers: Doubles, begin: Count, end: Count) -> None:
    """Write the number of the first column of a block."""
    for j in range(begin, end):
        numbers[j] = begin


def test_a_block_of_columns_is_named_by_its_ends():
    plan, numbers = Plan(FLOAT64, 2), np.zeros(7)
    plan.by_columns(fill_columns, 7, numbers=numbers, width=3)
    steps = [step for step in plan.steps if step is not BARRIER]
    for step in steps:
        run_kernel(step.kernel, FLOAT64, step.fields)
    assert [step.owner for step in steps] == [0, 1, 2]
    assert numbers.tolist() == [0, 0, 0, 3, 3, 3, 6]
    with pytest.raises(TypeError, match="kernel fill_columns: no value for 'numbers'"):
        plan.by_columns(fill_columns, 7)


def test_where_a_field_begins():
    assert list(shift.fields) == ["x", "y", "offset", "columns"]
    assert [shift.place_of(name) for name in shift.fields] == [FIELDS, 4, 6, 7]
    with pytest.raises(TypeError, match="has no field 'z'"):
        shift.place_of("z")


def test_fields_are_given_by_name_where_they_have_one_and_in_order_where_not():
    @numbered_kernel
    def numbered(row, run):
        pass

    plan = Plan(FLOAT32, 3)
    with pytest.raises(TypeError, match="^kernel shift: its fields have names$"):
        plan.by_rows(shift, 1, 2, 3)
    with pytest.raises(TypeError, match="^kernel numbered: its fields have no names$"):
        plan.by_all(numbered, x=1)


def test_a_parameter_without_a_kind_is_named():
    @row_kernel
    def unclear(x: Row, columns: int) -> None:
        pass

    @kernel
    def bare(x, run: int) -> None:
        pass

    with pytest.raises(TypeError, match="^kernel unclear: parameter columns has no field"):
        unclear.fields  # noqa: B018
    with pytest.raises(TypeError, match="^kernel bare: parameter x has no field annotation"):
        bare.fields  # noqa: B018


def test_fields_that_a_row_of_a_plan_has_no_room_for_are_counted():
    def crowded():
        pass

    crowded.__annotations__ = {f"x{n}": Row for n in range(ROW_FIELDS // 2)}
    crowded = row_kernel(with_parameters(crowded, crowded.__annotations__))
    with pytest.raises(TypeError, match="^kernel crowded: its fields take 32 integers of the 30"):
        crowded.fields  # noqa: B018


def with_parameters(function, names):
    made = {}
    exec(f"def {function.__name__}({', '.join(names)}): pass", made)
    made[function.__name__].__annotations__ = function.__annotations__
    return made[function.__name__]


def test_using_keeps_fields_and_names():
    bound = shift.using(rule=doubled)
    assert type(bound) is type(shift) and bound.fields == shift.fields
    assert bound._name(FLOAT32) == f"{__name__}.shift,rule={__name__}.doubled,float32"


def test_a_traceback_shows_the_line_of_the_kernel():
    x = batch(FLOAT64, 2, 3)
    with pytest.raises(IndexError) as caught, plain_python():
        run_kernel(fail, FLOAT64, {"x": x}, 2)
    lines = [(frame.filename, frame.line) for frame in traceback.extract_tb(caught.tb)]
    assert lines[-1] == (__file__, "x[0] = x[1_000_000]")
    called = "body(reals(f_2 + i * f_3 * ITEMSIZE, f_3))"
    assert lines[-2] == (f"<fields of {__name__}.fail>", called)


def test_memory_of_rows_without_padding_is_a_buffer():
    plan = Plan(FLOAT32, 5)
    buffer = plan.numbers_of_rows(3)
    assert isinstance(buffer, Buffer) and (buffer.stride, buffer.array.size) == (3, 15)
    assert plan.bytes_a_row == 12


def kernels_of_the_package():
    """All kernels whose fields have names, by the names of their functions."""
    modules = pkgutil.walk_packages(skneural.__path__, "skneural.")
    values = [vars(importlib.import_module(module.name)).values() for module in modules]
    found = [value for each in values for value in each if isinstance(value, NamedKernel)]
    return {f"{each.function.__module__}.{each.function.__name__}": each for each in found}


def test_every_kernel_of_the_package_says_what_its_fields_are():
    kernels = kernels_of_the_package()
    assert "skneural.layers.normalization.layer_norm.standardise" in kernels
    assert all(each.fields for each in kernels.values())
