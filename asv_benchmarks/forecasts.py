"""Runs `accuracy/forecasts.py`: `python -m asv_benchmarks.forecasts`."""

from asv_benchmarks.accuracy.forecasts import main

if __name__ == "__main__":
    main()
