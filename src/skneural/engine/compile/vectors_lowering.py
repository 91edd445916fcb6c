"""Rows of vectors as LLVM code: their loads and stores, packing, transposition."""

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from ..choices import choices
from ..processor import enabled_features, lanes

INT64 = ir.IntType(64)
INT32 = ir.IntType(32)


class Vectors:
    """Emits loads and stores of rows of ``vectors`` registers, the last masked at its end."""

    def __init__(self, builder, dtype, vectors=1):
        self.builder, self.vectors = builder, vectors
        self.lanes = lanes(dtype)
        self.number = ir.DoubleType() if dtype.itemsize == 8 else ir.FloatType()
        self.vector = ir.VectorType(self.number, self.lanes)
        self.name = f"v{self.lanes}f{8 * dtype.itemsize}"
        self.itemsize = dtype.itemsize

    def declare(self, name, result, arguments):
        kind = ir.FunctionType(result, arguments)
        return cgutils.get_or_insert_function(self.builder.module, kind, name)

    def at(self, pointer, offset):
        return self.builder.gep(pointer, [offset])

    def vector_at(self, pointer):
        return self.builder.bitcast(pointer, self.vector.as_pointer())

    def edge_mask(self, columns):
        """Return which lanes of the last vector lie within the columns."""
        builder = self.builder
        width = ir.VectorType(INT32, self.lanes)
        left = builder.sub(columns, ir.Constant(INT64, (self.vectors - 1) * self.lanes))
        one = builder.insert_element(
            ir.Constant(width, ir.Undefined), builder.trunc(left, INT32), ir.Constant(INT32, 0)
        )
        spread = builder.shuffle_vector(
            one, ir.Constant(width, ir.Undefined), ir.Constant(width, None)
        )
        return builder.icmp_signed("<", ir.Constant(width, list(range(self.lanes))), spread)

    def load(self, pointer, mask=None):
        pointer = self.vector_at(pointer)
        if mask is None:
            value = self.builder.load(pointer)
            value.align = self.itemsize
            return value
        function = self.declare(
            f"llvm.masked.load.{self.name}.p0", self.vector,
            [pointer.type, INT32, mask.type, self.vector],
        )
        zeros = ir.Constant(self.vector, None)
        return self.builder.call(
            function, [pointer, ir.Constant(INT32, self.itemsize), mask, zeros]
        )

    def store(self, value, pointer, mask=None):
        pointer = self.vector_at(pointer)
        if mask is None:
            self.builder.store(value, pointer).align = self.itemsize
            return
        function = self.declare(
            f"llvm.masked.store.{self.name}.p0", ir.VoidType(),
            [self.vector, pointer.type, INT32, mask.type],
        )
        self.builder.call(function, [value, pointer, ir.Constant(INT32, self.itemsize), mask])

    def prefetch(self, pointer):
        """Have the cache line at a pointer loaded; the pointer need not be valid."""
        byte = ir.IntType(8).as_pointer()
        function = self.declare("llvm.prefetch.p0", ir.VoidType(), [byte, INT32, INT32, INT32])
        read, into_every_cache, data = (ir.Constant(INT32, number) for number in (0, 3, 1))
        pointer = self.builder.bitcast(pointer, byte)
        self.builder.call(function, [pointer, read, into_every_cache, data])

    def multiply_add(self, a, b, total):
        """Return a times b plus a total, rounded once where the processor can."""
        if "fma" not in enabled_features():
            return self.builder.fadd(total, self.builder.fmul(a, b))
        fma = self.declare(f"llvm.fma.{self.name}", self.vector, [self.vector] * 3)
        return self.builder.call(fma, [a, b, total])

    def store_rows(self, values, pointers, columns):
        """Store rows of vectors up to their columns: whole rows unmasked, as AVX2 is slow else."""
        builder = self.builder
        whole = ir.Constant(INT64, self.vectors * self.lanes)
        with builder.if_else(builder.icmp_signed("==", columns, whole)) as (all_of_it, edge):
            with all_of_it:
                self._store_rows(values, pointers, [None] * self.vectors)
            with edge:
                self._store_rows(values, pointers, self.masks(columns))

    def _store_rows(self, rows, pointers, masks):
        for row, pointer in zip(rows, pointers, strict=True):
            for value, offset, mask in zip(row, self.offsets, masks, strict=True):
                self.store(value, self.at(pointer, offset), mask)

    @property
    def offsets(self):
        """Where the vectors of a row begin."""
        return [ir.Constant(INT64, j * self.lanes) for j in range(self.vectors)]

    def masks(self, columns):
        """Return the mask of each vector of a row, None for the whole ones."""
        return [None] * (self.vectors - 1) + [self.edge_mask(columns)]


def for_each(builder, value, choices):
    """Yield each choice with the builder in the branch that runs if the value is that choice."""
    end = builder.append_basic_block("chosen")
    blocks = [(choice, builder.append_basic_block(f"choice{choice}")) for choice in choices]
    switch = builder.switch(value, end)
    for choice, block in blocks:
        switch.add_case(ir.Constant(INT64, choice), block)
    for choice, block in blocks:
        builder.position_at_end(block)
        yield choice
        builder.branch(end)
    builder.position_at_end(end)


def pack(dtype):
    """``pack(vectors, target, source, depth, stride, columns)``.

    Copies ``depth`` rows of ``columns`` numbers to rows of whole vectors, filled up with zeros.
    """
    most_vectors = choices(dtype).tile_vectors

    @intrinsic
    def emit(typingctx, vectors, target, source, depth, stride, columns):
        def codegen(context, builder, signature, args):
            for vectors in for_each(builder, args[0], range(1, most_vectors + 1)):
                row = Vectors(builder, dtype, vectors)
                number = row.number.as_pointer()
                target, source = (builder.inttoptr(address, number) for address in args[1:3])
                masks = row.masks(args[5])
                width = ir.Constant(INT64, row.vectors * row.lanes)
                with cgutils.for_range(builder, args[3]) as loop:
                    to = row.at(target, builder.mul(loop.index, width))
                    of = row.at(source, builder.mul(loop.index, args[4]))
                    for offset, mask in zip(row.offsets, masks, strict=True):
                        row.store(row.load(row.at(of, offset), mask), row.at(to, offset))
            return context.get_dummy_value()

        return types.void(*[types.int64] * 6), codegen

    return emit


def transpose_square(dtype):
    """``transpose_square(target, target_stride, source, source_stride)``: lanes x lanes numbers.

    Off-diagonal halves change places, then those of the quarters, and so on.
    """

    @intrinsic
    def emit(typingctx, target, target_stride, source, source_stride):
        def codegen(context, builder, signature, args):
            row = Vectors(builder, dtype)
            pointer = row.number.as_pointer()
            target, source = builder.inttoptr(args[0], pointer), builder.inttoptr(args[2], pointer)

            def place(base, stride, i):
                return row.at(base, builder.mul(stride, ir.Constant(INT64, i)))

            rows = [row.load(place(source, args[3], i)) for i in range(row.lanes)]
            half = row.lanes // 2
            while half:
                rows = _swap_halves(builder, rows, half)
                half //= 2
            for i, value in enumerate(rows):
                row.store(value, place(target, args[1], i))
            return context.get_dummy_value()

        whole = types.int64
        return types.void(whole, whole, whole, whole), codegen

    return emit


def _swap_halves(builder, rows, half):
    n = len(rows)
    kind = ir.VectorType(INT32, n)
    upper = ir.Constant(kind, [j + n - half if j & half else j for j in range(n)])
    lower = ir.Constant(kind, [j + n if j & half else j + half for j in range(n)])
    swapped = list(rows)
    for i in range(n):
        if not i & half:
            swapped[i] = builder.shuffle_vector(rows[i], rows[i + half], upper)
            swapped[i + half] = builder.shuffle_vector(rows[i], rows[i + half], lower)
    return swapped
