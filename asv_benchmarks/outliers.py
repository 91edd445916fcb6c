"""Runs `accuracy/outliers.py`: `python -m asv_benchmarks.outliers`."""

from asv_benchmarks.accuracy.outliers import main

if __name__ == "__main__":
    main()
