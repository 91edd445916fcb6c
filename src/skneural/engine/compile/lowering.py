"""The LLVM side of the primitives. Imported only when a kernel is compiled."""

import sys

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numba.np.arrayobj import populate_array
from numba.np.numpy_support import from_dtype

from ..choices import choices
from ..primitives import FAILED
from ..processor import lanes as vector_lanes
from .lanes_lowering import larger as larger
from .lanes_lowering import load_lanes as load_lanes
from .lanes_lowering import minus as minus
from .lanes_lowering import multiply_add as multiply_add
from .lanes_lowering import plus as plus
from .lanes_lowering import spread as spread
from .lanes_lowering import store_lanes as store_lanes
from .lanes_lowering import times as times
from .lanes_lowering import where_less as where_less
from .tiles_lowering import tile as tile
from .tiles_lowering import tile_down as tile_down
from .vectors_lowering import pack as pack
from .vectors_lowering import transpose_square as transpose_square

_INT64 = ir.IntType(64)


def _pointer_to(element):
    @intrinsic
    def read(typingctx, address, size):
        def codegen(context, builder, signature, args):
            kind = context.get_value_type(signature.return_type)
            return builder.inttoptr(args[0], kind)

        return types.CPointer(element)(types.int64, types.int64), codegen

    return read


def reals(dtype):
    """``reals(address, size)``: memory in the kernel's dtype."""
    return _pointer_to(from_dtype(dtype))


def vector(dtype):
    """``vector(address, begin, size)``: a 1-D array of memory in the kernel's dtype."""
    kind = types.Array(from_dtype(dtype), 1, "C")

    @intrinsic
    def array(typingctx, address, begin, size):
        def codegen(context, builder, signature, args):
            width = ir.Constant(_INT64, dtype.itemsize)
            start = builder.add(args[0], builder.mul(args[1], width))
            result = context.make_array(kind)(context, builder)
            data = builder.inttoptr(start, context.get_data_type(kind.dtype).as_pointer())
            populate_array(result, data, [args[2]], [width], width, None)
            return result._getvalue()

        return kind(types.int64, types.int64, types.int64), codegen

    return array


def doubles(dtype):
    """``doubles(address, size)``: float64 memory."""
    return _pointer_to(types.float64)


def integers(dtype):
    """``integers(address, size)``: int64 memory."""
    return _pointer_to(types.int64)


def indices(dtype):
    """``indices(address, size)``: int32 memory."""
    return _pointer_to(types.int32)


def bytes_(dtype):
    """``bytes_(address, size)``: uint8 memory."""
    return _pointer_to(types.uint8)


def real(dtype):
    """``real(x)``: a number in the kernel's dtype."""
    return from_dtype(dtype)


def itemsize(dtype):
    """Bytes of a number in the kernel's dtype."""
    return dtype.itemsize


def is_double(dtype):
    """Whether the kernel's dtype is float64."""
    return bool(dtype == np.float64)


def lanes(dtype):
    """Numbers in one vector register."""
    return vector_lanes(dtype)


def tile_rows(dtype):
    """Rows of the largest register tile."""
    return choices(dtype).tile_rows


def tile_vectors(dtype):
    """Vectors in a row of the largest register tile."""
    return choices(dtype).tile_vectors


def panel_depth(dtype):
    """Most rows of B in a panel."""
    return choices(dtype).panel_depth


def packing_rows(dtype):
    """Rows of A that repay packing B for the sake of cache sets."""
    return choices(dtype).packing_rows


def aligning_rows(dtype):
    """Rows of A that repay packing B for whole cache lines."""
    return choices(dtype).aligning_rows


def call(dtype):
    """``call(address, row, run)``: run another kernel, in Numba's calling convention.

    Its status is kept in the thread's state if it is an exception's: -1, or above 0.
    """

    @intrinsic
    def call_kernel(typingctx, address, row, run):
        def codegen(context, builder, signature, args):
            byte_pointer = ir.IntType(8).as_pointer()
            slot = byte_pointer.as_pointer()
            kind = ir.FunctionType(ir.IntType(32), [slot, slot, _INT64, _INT64])
            result = builder.alloca(byte_pointer)
            error = builder.alloca(byte_pointer)
            function = builder.inttoptr(args[0], kind.as_pointer())
            status = builder.call(function, [result, error, args[1], args[2]])
            above, is_error = (
                builder.icmp_signed(relation, status, ir.Constant(ir.IntType(32), value))
                for relation, value in ((">", 0), ("==", -1))
            )
            with builder.if_then(builder.or_(above, is_error), likely=False):
                state = builder.inttoptr(args[2], _INT64.as_pointer())
                field = builder.gep(state, [ir.Constant(_INT64, FAILED)])
                builder.store(builder.sext(status, _INT64), field)
            return context.get_dummy_value()

        return types.void(types.int64, types.int64, types.int64), codegen

    return call_kernel


def scale_by_power_of_two(dtype):
    """``scale_by_power_of_two(value, exponent)``: value * 2**exponent, exponent a whole real."""
    number = from_dtype(dtype)
    bits, bias, fraction = (64, 1023, 52) if is_double(dtype) else (32, 127, 23)

    @intrinsic
    def scale(typingctx, value, exponent):
        def codegen(context, builder, signature, args):
            whole = ir.IntType(bits)
            exponent = builder.fptosi(args[1], ir.IntType(32))
            if bits == 64:
                exponent = builder.sext(exponent, whole)
            biased = builder.add(exponent, ir.Constant(whole, bias))
            power = builder.shl(biased, ir.Constant(whole, fraction))
            return builder.fmul(args[0], builder.bitcast(power, args[0].type))

        return number(number, number), codegen

    return scale


def atomic_add(dtype):
    """``atomic_add(array, index, value)``: add and return what was there."""

    @intrinsic
    def add(typingctx, array, index, value):
        def codegen(context, builder, signature, args):
            return builder.atomic_rmw("add", builder.gep(args[0], [args[1]]), args[2], "seq_cst")

        return types.int64(array, types.int64, types.int64), codegen

    return add


def atomic_load(dtype):
    """``atomic_load(array, index)``: read what another thread may be writing."""

    @intrinsic
    def load(typingctx, array, index):
        def codegen(context, builder, signature, args):
            return builder.load_atomic(builder.gep(args[0], [args[1]]), "acquire", 8)

        return types.int64(array, types.int64), codegen

    return load


def yield_thread(dtype):
    """``yield_thread()``: let another thread have the core."""
    name = "SwitchToThread" if sys.platform == "win32" else "sched_yield"
    return types.ExternalFunction(name, types.int32())
