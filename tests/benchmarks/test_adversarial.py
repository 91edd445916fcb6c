"""The figures of adversarial networks, on few rows."""

import re

import pytest

from asv_benchmarks.accuracy import adversarial


@pytest.mark.needs_jit(reason="trains networks")
@pytest.mark.parametrize(
    ("task", "pattern"),
    [
        ("ring", r"ring +\d of 8 modes, [\d.]+% of samples near one +\d+ s"),
        ("census", r"census +AUC 0\.\d+, of independent columns 0\.\d+ +\d+ s"),
        ("digits", r"digits +inception score [\d.]+, classes [\d.]+% to [\d.]+% +\d+ s, 1 epochs"),
        ("classes", r"classes +agrees [\d.]+%, trained on samples [\d.]+%; inception score"),
    ],
)
def test_a_short_run_prints_the_figures(task, pattern, capsys, request):
    if task == "census":
        pytest.importorskip("pandas")
    if task in ("digits", "classes"):
        request.getfixturevalue("data_folder")
    adversarial.main([task, "--quick", "--threads", "1"])
    assert re.search(pattern, capsys.readouterr().out)


def test_unknown_tasks_are_named(capsys):
    with pytest.raises(SystemExit):
        adversarial.main(["rings"])
    assert "no task rings" in capsys.readouterr().err
