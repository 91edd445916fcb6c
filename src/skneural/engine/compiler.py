"""Numba as kernels need it. Imported only when a kernel is compiled.

Code of helpers is optimised and emitted only as part of a kernel. Numba would make machine code of
every helper too, after it had optimised it alone, and would optimise it again in each kernel.
"""

import contextlib
import functools
import gc
import operator

from numba import types
from numba.core.codegen import JITCodeLibrary, JITCPUCodegen
from numba.core.compiler import Compiler
from numba.core.compiler_lock import global_compiler_lock
from numba.core.typed_passes import NopythonRewrites
from numba.core.untyped_passes import InlineClosureLikes

# they take long to find that there are neither closures nor expressions of arrays in a kernel
_USELESS = (InlineClosureLikes, NopythonRewrites)
_NUMBERS = (types.Number, types.Boolean)


class _Library(JITCodeLibrary):
    """Code of a kernel or a helper, which stays LLVM's own until `object_code` is asked for."""

    is_helper = False

    def _optimize_functions(self, ll_module):
        pass

    def _optimize_final_module(self):
        """Tidy a helper up, as several kernels may copy it many times."""
        if self.is_helper:
            self._run_passes(opt=0, cost="cheap", loop_vectorize=False, slp_vectorize=False)

    def _run_passes(self, **settings):
        made = self._codegen._module_pass_manager(**settings)
        manager, *builder = made if isinstance(made, tuple) else (made,)  # Numba before 0.62
        manager.run(self._final_module, *builder)

    def _finalize_final_module(self):
        self._finalized = True

    def get_pointer_to_function(self, name):
        """Return no address: a kernel is called by that of its object code."""
        self._ensure_finalized()
        return 0

    def object_code(self):
        """Return the machine code of all that is in the library."""
        with global_compiler_lock:
            self._run_passes()
            return self._codegen._tm.emit_object(self._final_module)


class _Codegen(JITCPUCodegen):
    _library_class = _Library

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


class KernelCompiler(Compiler):
    """Numba's passes but for the useless ones, with a library of ours for what they make."""

    def define_pipelines(self):
        self.state.library = _codegen().create_library(self.state.func_id.func_qualname)
        self.state.library.is_helper = self.state.flags.forceinline
        self.state.typingctx = _Typing(self.state.typingctx)
        (manager,) = super().define_pipelines()
        manager.passes = [each for each in manager.passes if each[0] not in _USELESS]
        manager.finalize()
        return [manager]


@contextlib.contextmanager
def without_collections():
    """Keep Python from looking for garbage again and again, where little comes about."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
