"""Numba as kernels need it. Imported only when a kernel is compiled.

Code of helpers is optimised and emitted only as part of a kernel. Numba would make machine code of
every helper too, after it had optimised it alone, and would optimise it again in each kernel.
"""

import contextlib
import functools
import gc
import operator
from collections.abc import Callable

import llvmlite.binding as llvm
from llvmlite import ir
from numba import njit, types
from numba.core.cgutils import normalize_ir_text
from numba.core.codegen import CodeLibrary, JITCodeLibrary, JITCPUCodegen
from numba.core.compiler import Compiler, _LowerResult
from numba.core.compiler_machinery import LoweringPass, register_pass
from numba.core.errors import NumbaError
from numba.core.funcdesc import PythonFunctionDescriptor
from numba.core.lowering import Lower
from numba.core.typed_passes import NativeLowering, NopythonRewrites
from numba.core.untyped_passes import InlineClosureLikes

FASTMATH = {"contract", "nsz", "arcp"}
_SUMMING = FASTMATH | {"reassoc"}

# they take long to find that there are neither closures nor expressions of arrays in a kernel
_USELESS = (InlineClosureLikes, NopythonRewrites)
_NUMBERS = (types.Number, types.Boolean)


class _Library(JITCodeLibrary):
    """Code of a kernel or a helper, not passed to LLVM until `object_code` is called."""

    is_helper = False

    def __init__(self, codegen, name):
        CodeLibrary.__init__(self, codegen, name)
        self._ir_modules, self._linking_libraries = [], []

    def add_ir_module(self, ir_module):
        """Keep the code of a function."""
        self._ir_modules.append(ir_module)

    def finalize(self):
        """Close the library."""
        self._finalized = True

    @functools.cached_property
    def _final_module(self):
        """Link what was added, and tidy a helper up, as several kernels may copy it many times."""
        (ir_module,) = self._ir_modules
        module = llvm.parse_assembly(normalize_ir_text(str(ir_module)))
        for library in dict.fromkeys(self._linking_libraries):
            module.link_in(library._get_module_for_linking(), preserve=True)
        if self.is_helper:
            self._run_passes(module, opt=0, cost="cheap", loop_vectorize=False, slp_vectorize=False)
            for function in ir_module.functions:
                if not function.is_declaration and not function.linkage:
                    module.get_function(function.name).linkage = "linkonce_odr"
        return module

    def _get_module_for_linking(self):
        return self._final_module

    def _run_passes(self, module, **settings):
        made = self._codegen._module_pass_manager(**settings)
        manager, *builder = made if isinstance(made, tuple) else (made,)  # Numba before 0.62
        manager.run(module, *builder)

    def get_pointer_to_function(self, name):
        """Return no address: a kernel is called by that of its object code."""
        return 0

    def object_code(self):
        """Return the machine code of all that is in the library.

        Other threads may use Numba at the same time: llvmlite admits one thread to LLVM at a time.
        """
        self._run_passes(self._final_module)
        return self._codegen._tm.emit_object(self._final_module)


_triple = functools.cache(llvm.get_process_triple)


class _Codegen(JITCPUCodegen):
    _library_class = _Library

    def _create_empty_module(self, name):
        module = ir.Module(normalize_ir_text(name))
        module.triple = _triple()
        if self._data_layout:
            module.data_layout = self._data_layout
        return module

    def set_env(self, env_name, env):
        """Do nothing: a kernel never looks at Python."""


@functools.cache
def _codegen():
    return _Codegen("skneural")


class _Typing:
    """Numba's typing context, but an operator on numbers is looked up once.

    A helper is compiled once for a type too, not again for a number written in a call, which
    becomes part of the code as it is.
    """

    _known: dict = {}

    def __init__(self, context):
        self._context = context

    def __getattr__(self, name):
        return getattr(self._context, name)

    def resolve_function_type(self, func, args, kws):
        """Return the signature of a function for some types of arguments."""
        if isinstance(func, types.Dispatcher):
            args = tuple(types.unliteral(kind) for kind in args)
        if kws or not (_is_operator(func) and all(isinstance(kind, _NUMBERS) for kind in args)):
            return self._context.resolve_function_type(func, args, kws)
        key = func.typing_key, args
        if key not in self._known:
            self._known[key] = self._context.resolve_function_type(func, args, kws)
        return self._known[key]


def _is_operator(func):
    name = getattr(getattr(func, "typing_key", None), "__name__", "")
    return isinstance(func, types.Function) and func.typing_key is getattr(operator, name, None)


@register_pass(mutates_CFG=True, analysis_only=False)
class _Lowering(LoweringPass):
    """Numba's lowering without asking LLVM, which may be busy with another kernel."""

    _name = "skneural_lowering"

    def __init__(self):  # abstract in the base
        super().__init__()

    def run_pass(self, state):
        """Write a typed function down as LLVM's code."""
        context, library, flags = state.targetctx, state.library, state.flags
        described = PythonFunctionDescriptor.from_specialized_function(
            state.func_ir, state.typemap, state.return_type, state.calltypes,
            mangler=context.mangler, inline=flags.forceinline, noalias=flags.noalias,
            abi_tags=[flags.get_mangle_string()],
        )
        with context.push_code_library(library):
            lower = Lower(context, library, described, state.func_ir, metadata=state.metadata)
            lower.lower()
        function = context.get_executable(library, described, lower.env)
        context.insert_user_function(function, described, [library])
        state["cr"] = _LowerResult(described, lower.call_helper, cfunc=function, env=lower.env)
        return True


_sizes: dict = {}  # of LLVM's types, in bytes


def _remembering_sizes(context):
    """Return the size of a type of LLVM's, which it is asked for once only."""

    def get_abi_sizeof(kind):
        name = str(kind)
        if name not in _sizes:
            _sizes[name] = kind.get_abi_size(context.target_data)
        return _sizes[name]

    return get_abi_sizeof


class KernelCompiler(Compiler):
    """Numba's passes but for the useless ones, with a library of ours for what they make."""

    useless = _USELESS

    def define_pipelines(self):
        self.state.targetctx.get_abi_sizeof = _remembering_sizes(self.state.targetctx)
        self.state.library = _codegen().create_library(self.state.func_id.func_qualname)
        self.state.library.is_helper = self.state.flags.forceinline
        if self.useless:
            self.state.typingctx = _Typing(self.state.typingctx)
        (manager,) = super().define_pipelines()
        manager.passes = [
            (_Lowering, each[1]) if each[0] is NativeLowering else each
            for each in manager.passes if each[0] not in self.useless
        ]
        manager.finalize()
        return [manager]


class UserCompiler(KernelCompiler):
    """All of Numba's passes on a user's function, which may be written in any way.

    Machine code is made of it as part of a kernel only: what Numba makes itself it never lets go.
    """

    useless = ()


def typed(
    function: Callable, summing: bool, users: str | None = None
) -> tuple[str, Callable[[], bytes]]:
    """Have Numba type a kernel, and write it down as LLVM's code.

    Parameters
    ----------
    function : callable
    summing : bool
        Whether loops may add in any fixed order.
    users : str or None
        Names of the user's functions that it calls.

    Returns
    -------
    symbol : str
    machine_code : callable
        Has LLVM optimise the kernel and returns its object file.
    """
    dispatcher = _jitted(function, summing, False, may_allocate=users is not None)
    try:
        with _without_collections():
            dispatcher.compile((types.int64, types.int64))
    except NumbaError as error:
        if users is None:
            raise
        what = users or f"kernel {function.__name__}"
        raise ValueError(f"Numba cannot compile {what}: {_reason(error)}") from error
    (result,) = dispatcher.overloads.values()
    return result.fndesc.llvm_func_name, result.library.object_code


def inlined(function: Callable, summing: bool, may_allocate: bool = False):
    """Return Numba's dispatcher of a helper, which becomes part of its callers."""
    return _jitted(function, summing, True, may_allocate)


def users(function: Callable):
    """Return Numba's dispatcher of a user's function, in which an index out of bounds raises."""
    return njit(
        pipeline_class=UserCompiler, nogil=True, boundscheck=True,
        no_cpython_wrapper=True, no_cfunc_wrapper=True,
    )(function)


def _jitted(function, summing, inline, may_allocate=False):
    return njit(
        pipeline_class=KernelCompiler,
        nogil=True,
        error_model="numpy",
        fastmath=_SUMMING if summing else FASTMATH,
        forceinline=inline,
        no_cpython_wrapper=True,
        no_cfunc_wrapper=True,
        _nrt=may_allocate,
    )(function)


def _reason(error):
    """Return the lines of a Numba error that say what is wrong, without its own stack."""
    noise = ("During:", "Failed in", "There are", "File ", "- Of which", "Overload", ">>>", "<")
    lines = [line.strip() for line in str(error).splitlines()]
    kept = [line for line in lines if line and not line.startswith(noise)]
    return " ".join(kept[:3])


@contextlib.contextmanager
def _without_collections():
    """Disable the garbage collector during compilation, which leaves little garbage."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
