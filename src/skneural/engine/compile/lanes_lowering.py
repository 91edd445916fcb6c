"""Vectors of numbers as LLVM values. Imported only when a kernel is compiled."""

from llvmlite import ir
from numba import types
from numba.core.datamodel import models
from numba.core.datamodel.registry import register_default
from numba.core.typing import signature
from numba.extending import intrinsic
from numba.np.numpy_support import from_dtype

from .vectors_lowering import Vectors


class Lanes(types.Type):
    """Numba's name for a vector register of numbers."""

    def __init__(self, dtype):
        self.dtype = dtype
        super().__init__(f"lanes({dtype})")


@register_default(Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager, kind):
        vector = Vectors(None, kind.dtype).vector
        super().__init__(manager, kind, vector)


def _pointer(vectors, address):
    return vectors.builder.inttoptr(address, vectors.number.as_pointer())


def load_lanes(dtype):
    """``load(address, n_numbers)``."""

    @intrinsic
    def load(typingctx, address, n_numbers):
        def codegen(context, builder, signature, args):
            vectors = Vectors(builder, dtype)
            return vectors.load(_pointer(vectors, args[0]), vectors.edge_mask(args[1]))

        return signature(Lanes(dtype), types.int64, types.int64), codegen

    return load


def store_lanes(dtype):
    """``store(address, values, n_numbers)``."""

    @intrinsic
    def store(typingctx, address, values, n_numbers):
        def codegen(context, builder, signature, args):
            vectors = Vectors(builder, dtype)
            vectors.store_rows([[args[1]]], [_pointer(vectors, args[0])], args[2])
            return context.get_dummy_value()

        return signature(types.void, types.int64, Lanes(dtype), types.int64), codegen

    return store


def spread(dtype):
    """``spread(number)``."""

    @intrinsic
    def spread_number(typingctx, number):
        def codegen(context, builder, signature, args):
            vector = Vectors(builder, dtype).vector
            undefined = ir.Constant(vector, ir.Undefined)
            first = builder.insert_element(undefined, args[0], ir.Constant(ir.IntType(32), 0))
            zeros = ir.Constant(ir.VectorType(ir.IntType(32), vector.count), None)
            return builder.shuffle_vector(first, undefined, zeros)

        return signature(Lanes(dtype), from_dtype(dtype)), codegen

    return spread_number


def _function_of_two(emit):
    def lowering(dtype):
        @intrinsic
        def apply(typingctx, a, b):
            def codegen(context, builder, signature, args):
                return emit(builder, *args)

            return signature(Lanes(dtype), Lanes(dtype), Lanes(dtype)), codegen

        return apply

    return lowering


def _larger(builder, a, b):
    less = builder.fcmp_ordered("<", a, b)
    return builder.select(builder.or_(less, builder.fcmp_unordered("uno", b, b)), b, a)


plus = _function_of_two(lambda builder, a, b: builder.fadd(a, b))
minus = _function_of_two(lambda builder, a, b: builder.fsub(a, b))
times = _function_of_two(lambda builder, a, b: builder.fmul(a, b))
larger = _function_of_two(_larger)


def where_less(dtype):
    """``where_less(a, b, yes, no)``."""
    kind = Lanes(dtype)

    @intrinsic
    def choose(typingctx, a, b, yes, no):
        def codegen(context, builder, signature, args):
            less = builder.fcmp_ordered("<", args[0], args[1])
            return builder.select(less, args[2], args[3])

        return signature(kind, kind, kind, kind, kind), codegen

    return choose


def multiply_add(dtype):
    """``multiply_add(a, b, c)``."""
    kind = Lanes(dtype)

    @intrinsic
    def combine(typingctx, a, b, c):
        def codegen(context, builder, signature, args):
            return Vectors(builder, dtype).multiply_add(*args)

        return signature(kind, kind, kind, kind), codegen

    return combine
