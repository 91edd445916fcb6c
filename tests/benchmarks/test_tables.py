"""Networks for tables are the same in every library that they are compared in."""

import math
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def benchmarks_can_be_imported(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)


def small(name):
    from asv_benchmarks.workloads import WORKLOADS

    return replace(WORKLOADS[name], n_samples=512)


NAMES = [
    "realmlp classes b256", "realmlp numbers b256", "tabm 16 x 256 b256", "tabm-mini 16 x 256 b256"
]  # fmt: skip
REALMLP, TABM = NAMES[:2], NAMES[2:]


@pytest.fixture(params=NAMES)
def ours(request):
    """A workload and this library's contestant, trained for an epoch."""
    from asv_benchmarks.peers.contestants import ScikitNeural

    workload = small(request.param)
    contestant = ScikitNeural(workload, 1)
    contestant.fit(1)
    return workload, contestant


def raw(estimator, X):
    """Numbers predicted, or scores of the second class."""
    return getattr(estimator, "decision_function", estimator.predict)(X)


def weights_of(estimator, kind):
    """The weights of all layers of a kind, in order."""
    found = [estimator.get_layer(n) for n in range(len(estimator.layers))]
    return [fitted.weights for fitted in found if type(fitted.layer).__name__ == kind]


def copy_to(parameter, values):
    import torch

    with torch.no_grad():
        parameter.copy_(torch.from_numpy(np.array(values)).reshape(parameter.shape))


@pytest.mark.parametrize("ours", REALMLP, indirect=True)
@pytest.mark.parametrize("form", ["matmul", "einsum"])
def test_realmlp_in_torch_gives_the_same_numbers(ours, form):
    torch = pytest.importorskip("torch")
    from asv_benchmarks.peers.loops.torch_tables import RealMLP, Shares, prepare
    from asv_benchmarks.workloads.tables import make_table

    workload, contestant = ours
    net = contestant.estimator
    model = RealMLP(workload, form).eval()
    copy_to(model.vectors.weight, weights_of(net, "CategoryEmbedding")[0]["vectors"])
    copy_to(model.scale, weights_of(net, "FeatureScale")[0]["scale"])
    numbers = weights_of(net, "PeriodicEmbedding")[0]
    copy_to(model.numbers.frequencies, 2 * math.pi * numbers["frequencies"])
    copy_to(model.numbers.phases, numbers["phases"])
    copy_to(model.numbers.kernel, numbers["kernel"].transpose(0, 2, 1))
    copy_to(model.numbers.bias, numbers["bias"])
    linear = [part for part in model.modules() if isinstance(part, torch.nn.Linear)]
    for part, known in zip(linear, weights_of(net, "Dense"), strict=True):
        copy_to(part.weight, known["kernel"].T)
        copy_to(part.bias, known["bias"])
    shares = [part for part in model.modules() if isinstance(part, Shares)]
    for part, known in zip(shares, weights_of(net, "ParametricActivation"), strict=True):
        copy_to(part.share, known["share"])
    with torch.inference_mode():
        expected = model(*prepare(*make_table(workload)[:2])).numpy()
    found = raw(net, contestant.X)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4 * np.abs(expected).max())


@pytest.mark.parametrize("ours", TABM, indirect=True)
def test_tabm_by_its_package_gives_the_same_numbers(ours):
    torch = pytest.importorskip("torch")
    pytest.importorskip("tabm")
    from asv_benchmarks.peers.loops.tabm_tables import make_model

    workload, contestant = ours
    net, model = contestant.estimator, make_model(workload).eval()
    if workload.form == "tabm-mini":
        scale = weights_of(net, "EnsembleScale")[0]["member_scale"]
        copy_to(model.backbone.affine.weight, scale)
    kind = "Dense" if workload.form == "tabm-mini" else "EnsembleDense"
    for block, known in zip(model.backbone.blocks, weights_of(net, kind), strict=True):
        copy_to(block[0].weight, known["kernel"].T)
        copy_to(block[0].bias, known["bias"])
        if kind == "EnsembleDense":
            of_inputs = "member_scale" if "member_scale" in known else "input_scale"
            copy_to(block[0].r, known[of_inputs])
            copy_to(block[0].s, known["output_scale"])
    last = weights_of(net, "PackedDense")[0]
    copy_to(model.output.weight, last["kernel"])
    copy_to(model.output.bias, last["bias"])
    with torch.inference_mode():
        expected = model(torch.from_numpy(contestant.X)).mean(dim=1).squeeze(1).numpy()
    np.testing.assert_allclose(raw(net, contestant.X), expected, rtol=1e-4, atol=1e-5)


def test_widths_are_those_that_the_row_says(ours):
    workload, contestant = ours
    kind = "EnsembleDense" if workload.form == "tabm" else "Dense"
    assert weights_of(contestant.estimator, kind)[0]["kernel"].shape[0] == workload.n_inputs
    assert not contestant.note


@pytest.mark.parametrize("name", REALMLP)
def test_every_parameter_of_torch_learns_at_one_rate(name):
    pytest.importorskip("torch")
    from asv_benchmarks.peers.loops.torch_tables import RealMLP, TableLoop, parameter_groups

    workload = small(name)
    model = RealMLP(workload)
    groups = parameter_groups(model, workload.learning_rate, workload.weight_decay)
    grouped = [id(parameter) for group in groups for parameter in group["params"]]
    assert sorted(grouped) == sorted(map(id, model.parameters()))
    loop = TableLoop(workload, 1)
    loop.fit(1)
    assert "AdamW" in loop.note


def test_peers_of_another_environment_say_what_is_missing(monkeypatch):
    from asv_benchmarks import _processes
    from asv_benchmarks.peers.contestants import CONTESTANTS, NotApplicable

    for contestant, name in (("pytabkit", REALMLP[0]), ("tabm", TABM[0])):
        monkeypatch.setitem(sys.modules, contestant, None)  # as if it were not installed
        monkeypatch.delitem(sys.modules, "asv_benchmarks.peers.loops.tabm_tables", False)
        with pytest.raises(NotApplicable, match="SKNEURAL_TABLES_PYTHON"):
            CONTESTANTS[contestant](small(name), 1)
        other = REALMLP[0] if contestant == "tabm" else TABM[0]
        with pytest.raises(NotApplicable, match="takes part in"):
            CONTESTANTS[contestant](small(other), 1)
        monkeypatch.setenv(_processes.TABLES_PYTHON, "other")
        assert _processes.python_of(contestant) == "other"
    assert _processes.python_of("skneural") == sys.executable
