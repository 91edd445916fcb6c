"""Print what `diagnose` finds in sick and in healthy networks.

`python -m asv_benchmarks.diagnosis SEED` trains every network of `sick.py` and `healthy.py` with
data and first weights of a seed. A sick one counts if its sickness is among the findings, others
may follow from it; a healthy one counts if there are none.
"""

from __future__ import annotations

import argparse
import time
import warnings


def main(arguments=None):
    """Print a line for each network, and how many were diagnosed rightly."""
    from asv_benchmarks.diagnosis.healthy import HEALTHY
    from asv_benchmarks.diagnosis.sick import SICK

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("seed", type=int, help="of data and first weights")
    parser.add_argument("--only", nargs="+", choices=[*SICK, *HEALTHY], help="these networks")
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    print(f"{'network':22}  {'right':5}  {'fit':>6}  {'diagnose':>8}  found")
    for title, cases in (("sick", SICK), ("healthy", HEALTHY)):
        names = [name for name in cases if not options.only or name in options.only]
        right = [_line(name, cases[name], options.seed) for name in names]
        print(f"{title}: {sum(right)} of {len(right)}")


def _line(name, make, seed):
    from skneural.inspection import diagnose

    start = time.perf_counter()
    estimator, X, y, *sickness = make(seed)
    fitted = time.perf_counter()
    found = diagnose(estimator, X, y).sicknesses
    end = time.perf_counter()
    right = sickness[0] in found if sickness else not found
    times = f"{fitted - start:5.1f}s  {end - fitted:7.2f}s"
    print(f"{name:22}  {'yes' if right else 'NO':5}  {times}  {', '.join(found) or '-'}")
    return right


if __name__ == "__main__":
    main()
