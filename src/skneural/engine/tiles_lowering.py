"""The register tile as LLVM vector code. Imported only when a kernel is compiled."""

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from .tiles import (
    BIAS,
    FROM_BIAS,
    FROM_C,
    K1,
    K2,
    LDC,
    RSA,
    SA1,
    SB1,
    SB2,
    START,
    enabled_features,
    lanes,
    tile_shape,
)

_INT64 = ir.IntType(64)
_INT32 = ir.IntType(32)


class _Vectors:
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
        width = ir.VectorType(_INT32, self.lanes)
        left = builder.sub(columns, ir.Constant(_INT64, (self.vectors - 1) * self.lanes))
        one = builder.insert_element(
            ir.Constant(width, ir.Undefined), builder.trunc(left, _INT32), ir.Constant(_INT32, 0)
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
            [pointer.type, _INT32, mask.type, self.vector],
        )
        zeros = ir.Constant(self.vector, None)
        return self.builder.call(
            function, [pointer, ir.Constant(_INT32, self.itemsize), mask, zeros]
        )

    def store(self, value, pointer, mask=None):
        pointer = self.vector_at(pointer)
        if mask is None:
            self.builder.store(value, pointer).align = self.itemsize
            return
        function = self.declare(
            f"llvm.masked.store.{self.name}.p0", ir.VoidType(),
            [self.vector, pointer.type, _INT32, mask.type],
        )
        self.builder.call(function, [value, pointer, ir.Constant(_INT32, self.itemsize), mask])

    @property
    def offsets(self):
        """Where the vectors of a row begin."""
        return [ir.Constant(_INT64, j * self.lanes) for j in range(self.vectors)]

    def masks(self, columns):
        """Return the mask of each vector of a row, None for the whole ones."""
        return [None] * (self.vectors - 1) + [self.edge_mask(columns)]


class _Tile(_Vectors):
    """Emits one tile of ``rows`` x ``vectors`` registers."""

    def __init__(self, builder, dtype, rows, vectors):
        super().__init__(builder, dtype, vectors)
        self.rows = rows

    def broadcast(self, pointer):
        builder = self.builder
        undefined = ir.Constant(self.vector, ir.Undefined)
        first = builder.insert_element(undefined, builder.load(pointer), ir.Constant(_INT32, 0))
        zeros = ir.Constant(ir.VectorType(_INT32, self.lanes), None)
        return builder.shuffle_vector(first, undefined, zeros)

    def multiply_add(self, a, b, total):
        if "fma" not in enabled_features():
            return self.builder.fadd(total, self.builder.fmul(a, b))
        fma = self.declare(f"llvm.fma.{self.name}", self.vector, [self.vector] * 3)
        return self.builder.call(fma, [a, b, total])

    def emit(self, field, a, b, c, columns):
        """Emit the tile; ``field(i)`` loads a field of its description."""
        builder = self.builder
        offsets, masks = self.offsets, self.masks(columns)
        a_rows, c_rows = [ir.Constant(_INT64, 0)], [c]
        stride_a, stride_c = field(RSA), field(LDC)
        for _ in range(self.rows - 1):
            a_rows.append(builder.add(a_rows[-1], stride_a))
            c_rows.append(self.at(c_rows[-1], stride_c))
        totals = [
            [cgutils.alloca_once(builder, self.vector) for _ in offsets] for _ in a_rows
        ]
        self.start(field, c_rows, totals, offsets, masks)
        self.accumulate(field, a, b, a_rows, totals, offsets)
        for row, pointer in zip(totals, c_rows, strict=True):
            for total, offset, edge in zip(row, offsets, masks, strict=True):
                self.store(builder.load(total), self.at(pointer, offset), edge)

    def start(self, field, c_rows, totals, offsets, masks):
        builder = self.builder
        start = field(START)
        is_c = builder.icmp_signed("==", start, ir.Constant(_INT64, FROM_C))
        is_bias = builder.icmp_signed("==", start, ir.Constant(_INT64, FROM_BIAS))
        for row in totals:
            for total in row:
                builder.store(ir.Constant(self.vector, None), total)
        with builder.if_then(is_c):
            for row, pointer in zip(totals, c_rows, strict=True):
                for total, offset, edge in zip(row, offsets, masks, strict=True):
                    builder.store(self.load(self.at(pointer, offset), edge), total)
        with builder.if_then(is_bias):
            bias = builder.inttoptr(field(BIAS), self.number.as_pointer())
            for j, (offset, edge) in enumerate(zip(offsets, masks, strict=True)):
                value = self.load(self.at(bias, offset), edge)
                for row in totals:
                    builder.store(value, row[j])

    def accumulate(self, field, a, b, a_rows, totals, offsets):
        """Emit the sums. B is read in whole vectors: what lies beyond its columns is not kept."""
        builder = self.builder
        k2, sa1, sb1, sb2 = (field(name) for name in (K2, SA1, SB1, SB2))
        with cgutils.for_range(builder, field(K1)) as outer:
            a1 = self.at(a, builder.mul(outer.index, sa1))
            b1 = self.at(b, builder.mul(outer.index, sb1))
            left_rows = [self.at(a1, row) for row in a_rows]
            with cgutils.for_range(builder, k2) as inner:
                b2 = self.at(b1, builder.mul(inner.index, sb2))
                self.add_products(left_rows, inner.index, b2, totals, offsets)

    def add_products(self, left_rows, k, b, totals, offsets):
        """Emit one step of the sums: a number of each row of A times a row of B."""
        rights = [self.load(self.at(b, offset)) for offset in offsets]
        for pointer, total in zip(left_rows, totals, strict=True):
            left = self.broadcast(self.at(pointer, k))
            for right, slot in zip(rights, total, strict=True):
                updated = self.multiply_add(left, right, self.builder.load(slot))
                self.builder.store(updated, slot)


def _for_each(builder, value, choices):
    """Yield each choice with the builder in the branch that runs if the value is that choice."""
    end = builder.append_basic_block("chosen")
    blocks = [(choice, builder.append_basic_block(f"choice{choice}")) for choice in choices]
    switch = builder.switch(value, end)
    for choice, block in blocks:
        switch.add_case(ir.Constant(_INT64, choice), block)
    for choice, block in blocks:
        builder.position_at_end(block)
        yield choice
        builder.branch(end)
    builder.position_at_end(end)


def tile(dtype):
    """``tile(rows, vectors, description, a, b, c, columns)``.

    Rows are a power of two and vectors a number up to those of the largest tile.
    """
    most_rows, most_vectors = tile_shape(dtype)

    @intrinsic
    def emit(typingctx, rows, vectors, description, a, b, c, columns):
        def codegen(context, builder, signature, args):
            fields = builder.inttoptr(args[2], _INT64.as_pointer())

            def field(index):
                return builder.load(builder.gep(fields, [ir.Constant(_INT64, index)]))

            shapes = [
                (1 << power, vectors)
                for power in range(most_rows.bit_length())
                for vectors in range(1, most_vectors + 1)
            ]
            choice = builder.add(builder.mul(args[0], ir.Constant(_INT64, 8)), args[1])
            for shape in _for_each(builder, choice, [8 * rows + n for rows, n in shapes]):
                kernel = _Tile(builder, dtype, shape // 8, shape % 8)
                number = kernel.number.as_pointer()
                a, b, c = (builder.inttoptr(address, number) for address in args[3:6])
                kernel.emit(field, a, b, c, args[6])
            return context.get_dummy_value()

        return types.void(*[types.int64] * 7), codegen

    return emit


def pack(dtype):
    """``pack(vectors, target, source, depth, stride, columns)``.

    Copies ``depth`` rows of ``columns`` numbers to rows of whole vectors, filled up with zeros.
    """
    most_vectors = tile_shape(dtype)[1]

    @intrinsic
    def emit(typingctx, vectors, target, source, depth, stride, columns):
        def codegen(context, builder, signature, args):
            for vectors in _for_each(builder, args[0], range(1, most_vectors + 1)):
                row = _Vectors(builder, dtype, vectors)
                number = row.number.as_pointer()
                target, source = (builder.inttoptr(address, number) for address in args[1:3])
                masks = row.masks(args[5])
                width = ir.Constant(_INT64, row.vectors * row.lanes)
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
            row = _Vectors(builder, dtype)
            pointer = row.number.as_pointer()
            target, source = builder.inttoptr(args[0], pointer), builder.inttoptr(args[2], pointer)

            def place(base, stride, i):
                return row.at(base, builder.mul(stride, ir.Constant(_INT64, i)))

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
    kind = ir.VectorType(_INT32, n)
    upper = ir.Constant(kind, [j + n - half if j & half else j for j in range(n)])
    lower = ir.Constant(kind, [j + n if j & half else j + half for j in range(n)])
    swapped = list(rows)
    for i in range(n):
        if not i & half:
            swapped[i] = builder.shuffle_vector(rows[i], rows[i + half], upper)
            swapped[i + half] = builder.shuffle_vector(rows[i], rows[i + half], lower)
    return swapped
