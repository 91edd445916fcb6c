"""The engine: kernels, plans and threads. The only code that knows of Numba."""
