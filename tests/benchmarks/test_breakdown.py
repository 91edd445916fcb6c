"""The benchmark that says where a batch's time goes knows every step of a plan."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PASSES = ("forward", "backward", "weights", "other")


@pytest.fixture
def breakdown(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    from asv_benchmarks.steps import breakdown

    monkeypatch.setattr(breakdown, "pin_to_one_core", lambda: None)
    return breakdown


def shares(printed):
    """Percentages of a printed table by line and pass, and the number in its last line."""
    title, *lines, last = printed.splitlines()
    ends = [re.search(rf"\b{name}\b", title).end() for name in (*PASSES, "together")]
    begin = ends[0] - 10
    table = {}
    for line in lines:
        found = {
            name: float(line[end - 9 : end].strip(" %"))
            for name, end in zip((*PASSES, "together"), ends, strict=True)
            if line[end - 9 : end].strip()
        }
        table[line[:begin].strip()] = found
    return table, last


@pytest.mark.needs_jit(reason="it times machine code")
def test_every_layer_and_pass_of_lenet5_has_its_share(breakdown, capsys):
    breakdown.main(["lenet5", "--by", "layer", "--repeats", "1"])
    table, last = shares(capsys.readouterr().out)
    layers = [line for line in table if line[0].isdigit()]
    convolutions = ["0 Conv2D", "1 MaxPool", "2 Conv2D", "3 MaxPool"]
    assert layers == [*convolutions, "5 Dense", "6 Dense", "7 Dense"]
    assert [*table] == ["input and loss", *layers, "optimizer", "all"]
    for layer in layers[:-1]:
        wanted = {"forward", "backward"} | ({"weights"} if "Dense" in layer else set())
        assert wanted <= table[layer].keys()
    assert table["input and loss"].keys() == {"other", "together"} == table["optimizer"].keys()
    assert table["all"]["together"] == 100.0
    assert table["input and loss"]["together"] < 10.0  # what no layer's label is known for, too
    assert re.fullmatch(r"steps [\d.]+ ms, the batch at once [\d.]+ ms, .* on one thread", last)


@pytest.mark.needs_jit(reason="it times machine code")
@pytest.mark.parametrize("by", ["kind", "kernel"])
def test_shares_by_kind_and_kernel_add_up(breakdown, capsys, by):
    breakdown.main(["lenet5", "--by", by, "--repeats", "1"])
    table, _ = shares(capsys.readouterr().out)
    total = table.pop("all")
    for name in PASSES:
        parts = sum(line.get(name, 0.0) for line in table.values())
        assert parts == pytest.approx(total[name], abs=0.05 * len(table) + 0.05)
    kinds = {line.split()[0] for line in table} - {"input", "optimizer"}
    assert kinds == {"Conv2D", "MaxPool", "Dense"}
