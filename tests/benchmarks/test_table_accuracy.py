"""The accuracy benchmark of tables: its splits, its report, and that a run goes on."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def benchmarks_can_be_imported(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)


def frame(n_rows, seed=0):
    draw = np.random.RandomState(seed)
    X = pd.DataFrame({
        "size": draw.normal(size=n_rows), "holes": draw.normal(size=n_rows),
        "colour": pd.Categorical(draw.choice(["red", "green", "blue"], n_rows)),
        "town": draw.choice(["Ulm", "Kiel"], n_rows),
    })
    X.loc[::7, "holes"] = np.nan
    return X


@pytest.fixture
def tables(monkeypatch):
    """Small tables in place of the real ones: of classes, of numbers, and with a test part."""
    from asv_benchmarks.accuracy.tables import sets

    X, X_test = frame(80), frame(30, seed=1)

    def classes(X):
        return np.where(X["size"] + (X["colour"] == "red") > 0.3, "yes", "no")

    def load(table):
        if table in sets.PUBLISHED:
            return X, classes(X), X_test, classes(X_test)
        if table in sets.NUMBERS:
            return X, X["size"].to_numpy() * 1000 + (X["town"] == "Ulm").to_numpy() * 100
        return X, classes(X)

    monkeypatch.setattr(sets, "load", load)
    return sets


def rows_of(X):
    return set(X["size"])


def test_published_test_rows_are_kept_and_training_rows_drawn_by_the_seed(tables):
    first, again, other = (tables.split("adult", seed, 50) for seed in (0, 0, 1))
    assert len(first.X) == len(first.y) == 50 and len(first.X_test) == 30
    assert rows_of(first.X) == rows_of(again.X) != rows_of(other.X)
    assert list(first.X.index) == list(range(50))
    whole = tables.split(tables.WHOLE, 3, 50)
    assert len(whole.X) == 80 and rows_of(whole.X_test) == rows_of(first.X_test)


def test_other_tables_are_split_into_rows_that_do_not_meet(tables):
    split = tables.split("bank", 0, 1000)
    assert len(split.X) == 64 and len(split.X_test) == 16  # four fifths at most
    assert not rows_of(split.X) & rows_of(split.X_test)
    few = tables.split("california", 0, 20)
    assert len(few.X) == 20 and len(few.X_test) == 60
    np.testing.assert_array_equal(few.y // 1000, few.X["size"] * 1000 // 1000)


@pytest.mark.parametrize("table", ["bank", "california"])
def test_contestants_take_the_frame_as_it_is(tables, table):
    from asv_benchmarks.accuracy.tables.contestants import MODELS
    from asv_benchmarks.accuracy.tables.measure import fit_and_score

    split = tables.split(table, 0, 60)
    split.X_test.loc[0, "town"] = "Bonn"  # not among training rows
    names = {"rmse", "r2"} if table == "california" else {"accuracy"}
    for name in ("LogisticRegression/Ridge", "SVC/SVR", "HistGradientBoosting",
                 "MLPClassifier/Regressor"):  # fmt: skip
        figures = fit_and_score(MODELS[name](table == "california", 0), split)
        assert names <= set(figures) and np.isfinite(list(figures.values())).all(), name


def test_what_is_not_installed_is_named(monkeypatch):
    from asv_benchmarks.accuracy.tables import contestants

    monkeypatch.delenv(contestants.PYTABKIT_PYTHON, raising=False)
    with pytest.raises(contestants.Unavailable, match="--pytabkit-python"):
        contestants.trial(contestants.REALMLP, "adult", 0, 100)


def test_candidates_have_parameters_of_their_own_for_each_kind(monkeypatch):
    from asv_benchmarks.accuracy.tables import candidates

    different = {"dropout": 0.1, "classifier": {"scoring": "accuracy"}, "regressor": {"tol": 0}}
    monkeypatch.setitem(candidates.CANDIDATES, "different", different)
    assert candidates.parameters("different", False) == {"dropout": 0.1, "scoring": "accuracy"}
    assert candidates.parameters("different", True) == {"dropout": 0.1, "tol": 0}
    assert "classifier" in candidates.CANDIDATES["different"]


def test_every_candidate_is_of_parameters_that_there_are():
    from asv_benchmarks.accuracy.tables.contestants import CHOICES

    for make in CHOICES.values():
        assert make(True, 3).get_params()["random_state"] == make(False, 3).random_state == 3


def test_the_native_pipeline_keeps_the_categories_of_training_rows():
    from asv_benchmarks.accuracy.tables.pipelines import TextAsCategory

    X, X_test = frame(20), frame(20, seed=1)
    X_test.loc[0, "town"] = "Bonn"
    known = TextAsCategory().fit(X)
    assert list(known.transform(X)["town"].cat.categories) == ["Kiel", "Ulm"]
    assert known.transform(X_test)["town"].isna().sum() == 1
    assert known.transform(X)["size"].dtype == float


def test_a_parameter_is_found_inside_a_pipeline():
    from sklearn.svm import SVC, SVR

    from asv_benchmarks.accuracy.tables.pipelines import encoded, parameter, scaled_target

    assert parameter(SVC(), "C") == "C"
    assert parameter(encoded(SVC()), "C") == "svc__C"
    assert parameter(encoded(scaled_target(SVR())), "gamma").endswith("__regressor__gamma")
    with pytest.raises(ValueError, match="no parameter depth"):
        parameter(SVC(), "depth")


def result(contestant, table, seed, **figures):
    line = {"contestant": contestant, "table": table, "rows": 10_000, "seed": seed}
    return json.dumps({**line, **figures, "seconds": 1.0})


GIVEN = [
    *(result("SVC/SVR", "adult", seed, accuracy=0.80 + seed / 100) for seed in range(3)),
    *(result("RandomForest", "adult", seed, accuracy=0.83) for seed in range(3)),
    *(result("RealMLP", "adult", seed, accuracy=0.83, log_loss=0.3) for seed in range(3)),
    *(result("SVC/SVR", "wine", seed, rmse=0.5, r2=0.6) for seed in range(3)),
    *(result("RandomForest", "wine", seed, rmse=0.7, r2=0.2) for seed in range(3)),
    *(result("RealMLP", "wine", seed, rmse=0.6, r2=0.4) for seed in range(3)),
]


@pytest.fixture
def given(tmp_path):
    path = tmp_path / "given.jsonl"
    path.write_text("\n".join(GIVEN) + '\n{"contestant": "SVC', encoding="utf-8")  # interrupted
    return path


def test_ranks_and_normalised_scores_are_of_medians(given):
    from asv_benchmarks.accuracy.tables.records import read
    from asv_benchmarks.accuracy.tables.report import medians, summary

    found = medians(read(given), 10_000, 3)
    assert found["SVC/SVR"]["adult"]["accuracy"] == pytest.approx(0.81)
    assert medians(read(given), 500, 3) == {}
    assert medians(read(given), 10_000, 1)["SVC/SVR"]["adult"]["accuracy"] == 0.8
    ranks = summary(found, ["adult", "wine"])
    assert ranks["SVC/SVR"] == pytest.approx((2.0, 0.5))  # last and first
    assert ranks["RandomForest"] == pytest.approx((2.25, 0.5))  # shares the first rank; last
    assert ranks["RealMLP"] == pytest.approx((1.75, 0.75))
    equal = summary({name: found[name] for name in ("RandomForest", "RealMLP")}, ["adult"])
    assert set(equal.values()) == {(1.5, 1.0)}


def test_a_report_is_of_complete_contestants_and_fits_nothing(given, capsys):
    from asv_benchmarks.accuracy.tables.__main__ import main

    asked = ["--report", "--tables", "adult,wine", "--results", str(given)]
    before = given.read_bytes()
    main([*asked, "--seeds", "3"])
    printed = capsys.readouterr().out
    assert given.read_bytes() == before
    lines = [line.split() for line in printed.splitlines()]
    assert ["SVC/SVR", "0.8100", "-"] in lines and ["RealMLP", "0.8300", "0.3000"] in lines
    assert ["SVC/SVR", "0.5000", "0.6000"] in lines
    assert ["RealMLP", "1.75", "0.750", "1.0", "s", "1.0", "s"] in lines
    assert "Without" not in printed
    main([*asked, "--seeds", "4"])
    assert "Without results of all tables and seeds: SVC/SVR" in capsys.readouterr().out


def test_figures_are_shown_as_their_size_wants_it():
    from asv_benchmarks.accuracy.tables.report import shown_as

    figures = {"rmse": 48571.3, "r2": 0.82271, "seconds": 1234.56, "seeds": 3}
    shown = [shown_as(figures, name, 3) for name in ("rmse", "r2", "seconds", "accuracy")]
    assert shown == ["48,571", "0.8227", "1,234.6 s", "-"]
    assert shown_as(figures, "r2", 5) == "0.8227 (3)"


def test_a_run_goes_on_where_it_stopped(tmp_path):
    from asv_benchmarks.accuracy.tables.__main__ import keys, parse, run
    from asv_benchmarks.accuracy.tables.contestants import Unavailable
    from asv_benchmarks.accuracy.tables.records import Key, Records, read

    path = tmp_path / "results.jsonl"
    fitted = []

    def trial(contestant, table, seed, rows):
        if contestant == "RealMLP":
            raise Unavailable("no pytabkit")
        if len(fitted) == 3:
            raise KeyboardInterrupt
        fitted.append((contestant, table, seed, rows))
        return {"accuracy": 0.5, "seconds": 1.0}

    options = parse(["--tables", "bank,adult-full", "--contestants", "SVC,RealMLP,Forest",
                     "--seeds", "2", "--rows", "70"])  # fmt: skip
    asked = list(keys(options))
    assert len(asked) == 12
    with pytest.raises(KeyboardInterrupt):
        run(asked, Records(path), trial, 70)
    assert len(read(path)) == 3
    with path.open("a") as file:
        file.write('{"contestant": ')
    done, fitted[:] = list(fitted), []
    with pytest.raises(KeyboardInterrupt):
        run(asked, Records(path), trial, 70)
    run(asked, Records(path), lambda *_: {"accuracy": 0.6, "seconds": 1.0}, 70)
    assert not set(fitted) & set(done)
    found = read(path)
    assert len(found) == 12
    assert Key("SVC/SVR", "adult-full", None, 1) in found
    assert found[Key("SVC/SVR", "bank", 70, 0)]["accuracy"] == 0.5
    records = Records(path)
    records.forget({Key("SVC/SVR", "bank", 70, 0)})
    assert len(read(path)) == 11


def test_a_search_tries_six_candidates_of_each_model(tables, tmp_path, capsys):
    from sklearn.model_selection import ParameterGrid

    from asv_benchmarks.accuracy.tables import search
    from asv_benchmarks.accuracy.tables.__main__ import main

    for grid in search.GRIDS.values():
        for kind in ("classifier", "regressor"):
            assert len(ParameterGrid(grid.get(kind, grid))) == 6
    path = tmp_path / "search.jsonl"
    main(["--search", "--tables", "bank,california", "--contestants", "SVC,Logistic", "--seeds",
          "1", "--rows", "50", "--results", str(path)])  # fmt: skip
    printed = capsys.readouterr().out
    assert "bank, accuracy" in printed and "california, R2" in printed
    best = [json.loads(line)["best"] for line in path.read_text().splitlines()]
    assert {"C"} in [set(each) for each in best] and {"alpha"} in [set(each) for each in best]
