"""Benchmarks of scikit-neural for asv."""
