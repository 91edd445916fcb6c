"""Runs `accuracy/few_labels.py`: `python -m asv_benchmarks.few_labels`."""

from asv_benchmarks.accuracy.few_labels import main

if __name__ == "__main__":
    main()
