"""Numba as kernels need it: code of helpers is optimised and emitted only as part of a kernel.

Numba would make machine code of every helper, though each becomes part of its kernels, and would
optimise it once alone and once again within each of them. Imported only when a kernel is compiled.
"""

import functools

from numba.core.codegen import JITCodeLibrary, JITCPUCodegen
from numba.core.compiler import Compiler
from numba.core.compiler_lock import global_compiler_lock


class _Library(JITCodeLibrary):
    """Code of a kernel or a helper, which stays LLVM's own until `object_code` is asked for."""

    def _optimize_functions(self, ll_module):
        pass

    def _optimize_final_module(self):
        pass

    def _finalize_final_module(self):
        self._finalized = True

    def get_pointer_to_function(self, name):
        """Return no address: a kernel is called by that of its object code."""
        self._ensure_finalized()
        return 0

    def object_code(self):
        """Return the machine code of all that is in the library."""
        with global_compiler_lock:
            super()._optimize_final_module()
            return self._codegen._tm.emit_object(self._final_module)


class _Codegen(JITCPUCodegen):
    _library_class = _Library

    def set_env(self, env_name, env):
        """Do nothing: a kernel never looks at Python."""


@functools.cache
def _codegen():
    return _Codegen("skneural")


class KernelCompiler(Compiler):
    """Numba's passes, with a library of ours for what they make."""

    def define_pipelines(self):
        self.state.library = _codegen().create_library(self.state.func_id.func_qualname)
        return super().define_pipelines()
