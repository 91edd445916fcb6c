"""Two commits are compared by runs of both, and what is slower is named."""

import json
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def compare(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    from asv_benchmarks import compare

    return compare


def test_ratios_are_medians_of_rounds_and_failed_rounds_do_not_count(compare):
    speeds = [[100.0, 90.0], [50.0, 60.0], [200.0, 190.0], [None, 5.0]]
    row = compare.summarize({"speeds": speeds, "errors": "before: too busy"})
    assert row["ratio"] == 0.95
    assert row["least"] == 0.9
    assert row["best"] == 0.95
    assert (row["before"], row["after"], row["rounds"]) == (100.0, 90.0, 3)
    assert compare.summarize({"speeds": [[None, 5.0]], "errors": "no"}) == {"error": "no"}


def test_slower_rows_are_named(compare):
    def row(ratio):
        return compare.summarize({"speeds": [[1000.0, 1000.0 * ratio]] * 5, "errors": ""})

    even, slower = ("import", 1), ("20-64-64-10 b32", 2)
    fine = compare.lines({even: row(0.98), ("predict", 1): {"error": "ValueError: no"}})
    assert fine[-1] == "None of the 1 rows measured is below 0.97."
    assert "Not measured: predict (1)" in fine
    assert " 1.000 ms " in fine[1] and " 0.980 " in fine[1] and "BELOW" not in fine[1]
    found = compare.lines({even: row(1.2), slower: row(0.96)})
    assert found[2].endswith("BELOW 0.97")
    assert found[-2:] == [
        "SLOWER, below 0.97 of before:", "  20-64-64-10 b32 (2 threads): 0.960"
    ]


def test_processor_time_is_of_one_thread(compare):
    with pytest.raises(SystemExit):
        compare.parse_arguments(["HEAD", "HEAD", "--clock", "cpu"])


@pytest.mark.needs_jit(reason="it times machine code")
@pytest.mark.skipif(
    not (ROOT / ".git").exists() or shutil.which("git") is None, reason="needs the repository"
)
def test_a_commit_is_compared_with_itself(compare, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(compare._machine, "describe", dict)
    monkeypatch.setattr(compare._machine, "lines", lambda machine: [])
    monkeypatch.setattr(  # kernels that other tests compiled
        compare.Checkout, "variables", lambda self, cache=None: {"PYTHONPATH": f"{self.folder}/src"}
    )
    monkeypatch.setattr(compare.Checkout, "warm_up", lambda *given: None)
    rows = ["predict 20-64-64-10 by 1000", "small fit MLP"]
    where = tmp_path / "figures.json"
    how = ["--rounds", "1", "--seconds", "0.01", "--threads", "1", "--json", str(where)]
    code = compare.main(["HEAD", "HEAD", "--rows", ",".join(rows), *how])
    found = {row["row"]: row for row in json.loads(where.read_text())["rows"]}
    assert {*found} == {*rows}
    for row in found.values():
        assert row["rounds"] == 1 and min(row["speeds"][0]) > 0
    assert code == any(row["ratio"] < 0.97 for row in found.values())
    printed = capsys.readouterr().out
    assert all(f"\n{row}" in printed for row in rows)


def test_an_unknown_commit_is_named(compare, monkeypatch):
    monkeypatch.setattr(compare._machine, "describe", dict)
    with pytest.raises(SystemExit, match="no_such_commit|not a git repository"):
        compare.main(["no_such_commit", "HEAD"])
