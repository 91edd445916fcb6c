"""Runs `accuracy/census.py`: `python -m asv_benchmarks.census`."""

from asv_benchmarks.accuracy.census import main

if __name__ == "__main__":
    main()
