"""Benchmarks: side by side with peers, the project's own targets, and an asv suite."""
