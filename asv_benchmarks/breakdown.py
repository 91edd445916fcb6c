"""Runs `steps/breakdown.py`: `python -m asv_benchmarks.breakdown`."""

from asv_benchmarks.steps.breakdown import main

if __name__ == "__main__":
    main()
