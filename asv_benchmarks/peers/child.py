"""What runs in a contestant's own process: trains on request, and times it.

Requests come as one line of JSON on standard input, answers leave as one line each:
`{"prepare": workload, "seconds": s, "clock": name}` and `{"time": workload}`.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback

from asv_benchmarks.peers.contestants import CONTESTANTS, NotApplicable
from asv_benchmarks.workloads import WORKLOADS

FEWEST_EPOCHS = 4  # or a fit's fixed cost, memory of its own above all, decides their difference
CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}


class Timer:
    """Times fits of one contestant on one workload, of one epoch and of `epochs` more.

    The difference is the steady state; what remains of the short fit is a fit's fixed cost. Where
    a workload predicts, passes over its rows take the place of epochs.
    """

    def __init__(self, contestant, predicts: bool, seconds: float, clock: str):
        self.run = contestant.predict if predicts else contestant.fit
        self.clock = CLOCKS[clock]
        self.seconds = seconds
        self.run(1)  # loads and compiles what is needed
        short = self.time_fit(1)
        self.epochs = 1
        while (difference := self.time_fit(1 + self.epochs) - short) < seconds / 4:
            self.epochs *= 4
        self.epochs = max(FEWEST_EPOCHS, round(self.epochs * seconds / difference))

    def time_fit(self, epochs: int) -> float:
        """Seconds of a fit of so many epochs."""
        start = self.clock()
        self.run(epochs)
        return self.clock() - start

    def measure(self) -> dict:
        """Seconds of the long fit and of the quickest of some short ones.

        "waited" is the share of the long fit in which the process had no core: other work on the
        machine disturbs a figure with much of it.
        """
        short, spent = [], 0.0
        while spent < self.seconds / 2:
            short.append(self.time_fit(1))
            spent += short[-1]
        cpu, wall = time.process_time(), time.perf_counter()
        long = self.time_fit(1 + self.epochs)
        waited = max(0.0, 1 - (time.process_time() - cpu) / (time.perf_counter() - wall))
        return {"epochs": self.epochs, "short": min(short), "long": long, "waited": waited}


def pin_to_one_core() -> None:
    """Stay on the last core allowed, where the system can be told so."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def answer(request: dict, contestant: str, threads: int, state: dict) -> dict:
    """Carry out one request; `state` keeps the timer of the current workload."""
    if "time" in request:
        return state["timer"].measure()
    state.clear()  # frees the data of the workload before
    workload = WORKLOADS[request["prepare"]]
    made = CONTESTANTS[contestant](workload, threads)
    state["timer"] = Timer(made, workload.predicts, request["seconds"], request["clock"])
    return {"note": made.note}


def serve(contestant: str, threads: int) -> None:
    """Answer requests until standard input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints must not mix with the answers
    if threads == 1:
        pin_to_one_core()
    state: dict = {}
    for line in sys.stdin:
        try:
            reply = answer(json.loads(line), contestant, threads, state)
        except (NotApplicable, ImportError) as error:
            reply = {"error": str(error)}
        except Exception as error:
            traceback.print_exc()
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), file=answers, flush=True)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
