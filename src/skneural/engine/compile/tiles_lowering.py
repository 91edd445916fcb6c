"""The register tile as LLVM vector code. Imported only when a kernel is compiled."""

import contextlib

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from ..choices import choices
from ..tiles import BIAS, FROM_BIAS, FROM_C, K1, K2, LDC, RSA, SA1, SA2, SB1, SB2, START
from .vectors_lowering import INT32, INT64, Vectors, for_each

CACHE_LINE = 64  # bytes


class _Tile(Vectors):
    """Emits one tile of ``rows`` x ``vectors`` registers."""

    def __init__(self, builder, dtype, rows, vectors, down):
        super().__init__(builder, dtype, vectors)
        self.rows, self.down = rows, down
        how = choices(dtype)
        is_largest = (rows, vectors) == (how.tile_rows, how.tile_vectors)
        is_tall = rows >= 8 and vectors < 3
        self.steps = how.steps if is_largest or is_tall else 1
        self.prefetches = is_largest and how.prefetches

    def broadcast(self, pointer):
        builder = self.builder
        undefined = ir.Constant(self.vector, ir.Undefined)
        first = builder.insert_element(undefined, builder.load(pointer), ir.Constant(INT32, 0))
        zeros = ir.Constant(ir.VectorType(INT32, self.lanes), None)
        return builder.shuffle_vector(first, undefined, zeros)

    def emit(self, field, n_tiles, a, b, c, columns):
        """Emit tiles one below the other; ``field(i)`` loads a field of their description."""
        builder = self.builder
        stride_a = ir.Constant(INT64, 1) if self.down else field(RSA)
        stride_c, height = field(LDC), ir.Constant(INT64, self.rows)
        with _short_loop(builder, n_tiles) as number:
            first = builder.mul(number, height)
            self.emit_one(
                field, self.at(a, builder.mul(first, stride_a)), b,
                self.at(c, builder.mul(first, stride_c)), stride_a, stride_c, columns,
            )

    def emit_one(self, field, a, b, c, stride_a, stride_c, columns):
        """Emit a tile."""
        builder = self.builder
        offsets, masks = self.offsets, self.masks(columns)
        a_rows, c_rows = [ir.Constant(INT64, 0)], [c]
        for _ in range(self.rows - 1):
            a_rows.append(builder.add(a_rows[-1], stride_a))
            c_rows.append(self.at(c_rows[-1], stride_c))
        totals = [
            [cgutils.alloca_once(builder, self.vector) for _ in offsets] for _ in a_rows
        ]
        self.start(field, c_rows, totals, offsets, masks)
        self.accumulate(field, a, b, a_rows, totals, offsets)
        sums = [[builder.load(total) for total in row] for row in totals]
        self.store_rows(sums, c_rows, columns)

    def start(self, field, c_rows, totals, offsets, masks):
        builder = self.builder
        start = field(START)
        is_c = builder.icmp_signed("==", start, ir.Constant(INT64, FROM_C))
        is_bias = builder.icmp_signed("==", start, ir.Constant(INT64, FROM_BIAS))
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
        k2, sa1, sa2, sb1, sb2 = (field(name) for name in (K2, SA1, SA2, SB1, SB2))
        with _short_loop(builder, field(K1)) as outer:
            a1 = self.at(a, builder.mul(outer, sa1))
            b1 = self.at(b, builder.mul(outer, sb1))
            left_rows = [self.at(a1, row) for row in a_rows]
            if self.down:
                with _short_loop(builder, k2) as k:
                    a2 = self.at(a1, builder.mul(k, sa2))
                    lefts = [self.at(a2, row) for row in a_rows]
                    self.add_products(lefts, self.at(b1, builder.mul(k, sb2)), totals, offsets)
            else:
                self.along_rows(left_rows, field(RSA), b1, k2, sb2, totals, offsets)

    def along_rows(self, rows, stride, b, k2, sb2, totals, offsets):
        """Emit the sums along k2, in some tiles several steps at a time.

        The addresses of many rows are computed beside the products, by the same units; once for
        several steps of k2 they may cost less. Each time, the rows of the tile below are prefetched
        if that is wanted.
        """
        builder = self.builder
        done = ir.Constant(INT64, 0)
        if self.steps > 1:
            steps = ir.Constant(INT64, self.steps)
            count = builder.sdiv(k2, steps)
            done = builder.mul(count, steps)
            with _short_loop(builder, count) as turn:
                k = builder.mul(turn, steps)
                b2, lefts = self.at(b, builder.mul(k, sb2)), [self.at(row, k) for row in rows]
                if self.prefetches:
                    self.prefetch_below(lefts[0], stride, turn)
                for place in range(self.steps):
                    here = ir.Constant(INT64, place)
                    self.add_products([self.at(left, here) for left in lefts], b2, totals, offsets)
                    b2 = self.at(b2, sb2)
        with _short_loop(builder, builder.sub(k2, done)) as left_over:
            k = builder.add(done, left_over)
            lefts = [self.at(row, k) for row in rows]
            self.add_products(lefts, self.at(b, builder.mul(k, sb2)), totals, offsets)

    def prefetch_below(self, first, stride, number):
        """Emit prefetches of the next tile's rows, each time so many that none is left out."""
        builder = self.builder
        count = self.steps * self.itemsize * self.rows // CACHE_LINE
        below = builder.mul(stride, ir.Constant(INT64, self.rows))
        turn = builder.mul(number, ir.Constant(INT64, count))
        for place in range(count):
            row = builder.add(turn, ir.Constant(INT64, place))
            row = builder.and_(row, ir.Constant(INT64, self.rows - 1))
            self.prefetch(self.at(first, builder.add(below, builder.mul(row, stride))))

    def add_products(self, lefts, b, totals, offsets):
        """Emit one step of the sums: a number of each row of A times a row of B."""
        rights = [self.load(self.at(b, offset)) for offset in offsets]
        for pointer, total in zip(lefts, totals, strict=True):
            left = self.broadcast(pointer)
            for right, slot in zip(rights, total, strict=True):
                updated = self.multiply_add(left, right, self.builder.load(slot))
                self.builder.store(updated, slot)


@contextlib.contextmanager
def _short_loop(builder, count):
    """Emit a loop that LLVM leaves as it is: a tile unrolled takes long to compile."""
    entry = builder.block
    body = builder.append_basic_block("body")
    end = builder.append_basic_block("end")
    builder.cbranch(builder.icmp_signed(">", count, ir.Constant(INT64, 0)), body, end)
    builder.position_at_end(body)
    index = builder.phi(INT64)
    index.add_incoming(ir.Constant(INT64, 0), entry)
    yield index
    following = builder.add(index, ir.Constant(INT64, 1))
    index.add_incoming(following, builder.block)
    again = builder.cbranch(builder.icmp_signed("<", following, count), body, end)
    again.set_metadata("llvm.loop", _as_it_is(builder.module))
    builder.position_at_end(end)


def _as_it_is(module):
    """Return the metadata of a loop that is not unrolled; by its form it names itself."""
    settings = module.add_metadata([ir.MetaDataString(module, "llvm.loop.unroll.disable")])
    loop = module.add_metadata([ir.Constant(INT32, len(module.metadata)), settings])
    loop.operands = (loop, settings)
    return loop


def _shapes(dtype):
    """Return the rows and vectors of all tiles; the narrower, the higher the highest is."""
    how = choices(dtype)
    most_rows, most_vectors = how.tile_rows, how.tile_vectors
    shapes = [
        (rows, vectors)
        for rows in range(1, most_rows + 1)
        for vectors in range(1, most_vectors + 1)
    ]
    return [*shapes, (3 * most_rows // 2, 2), (2 * most_rows, 1)]


def _tile_function(module, dtype, rows, vectors, down):
    """Return a tile as a function of its own: inlined, LLVM would copy it again and again."""
    name = f"skneural.tile.{rows}.{vectors}.{down}.{dtype}"
    if name in module.globals:
        return module.globals[name]
    kind = ir.FunctionType(ir.VoidType(), [INT64] * 6)
    function = ir.Function(module, kind, name)
    function.linkage = "internal"
    function.attributes.add("noinline")
    builder = ir.IRBuilder(function.append_basic_block())
    kernel = _Tile(builder, dtype, rows, vectors, down)
    fields = builder.inttoptr(function.args[0], INT64.as_pointer())

    def field(index):
        return builder.load(builder.gep(fields, [ir.Constant(INT64, index)]))

    number = kernel.number.as_pointer()
    a, b, c = (builder.inttoptr(address, number) for address in function.args[2:5])
    kernel.emit(field, function.args[1], a, b, c, function.args[5])
    builder.ret_void()
    return function


def _tiles(dtype, down):
    """Return an intrinsic that runs the tile of some rows and vectors, up to the largest."""

    @intrinsic
    def emit(typingctx, rows, vectors, n_tiles, description, a, b, c, columns):
        def codegen(context, builder, signature, args):
            choice = builder.add(builder.mul(args[0], ir.Constant(INT64, 4)), args[1])
            shapes = {4 * rows + vectors: (rows, vectors) for rows, vectors in _shapes(dtype)}
            for shape in for_each(builder, choice, shapes):
                function = _tile_function(builder.module, dtype, *shapes[shape], down)
                builder.call(function, [args[3], args[2], *args[4:]])
            return context.get_dummy_value()

        return types.void(*[types.int64] * 8), codegen

    return emit


def tile(dtype):
    """``tile(rows, vectors, n_tiles, description, a, b, c, columns)``, A read along its rows."""
    return _tiles(dtype, down=False)


def tile_down(dtype):
    """``tile_down(...)`` with the same arguments, A read down its columns."""
    return _tiles(dtype, down=True)
