"""Runs `peers/comparison.py`: `python -m asv_benchmarks.peers`."""

from asv_benchmarks.peers.comparison import main

if __name__ == "__main__":
    main()
