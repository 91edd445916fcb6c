"""The lists of names in README and documentation are those of the code."""

import inspect
import re
from pathlib import Path

import pytest

import skneural
from project.test_architecture import LEVELS, PUBLIC, SOURCE
from skneural._parameters import parameters_of
from skneural.activations import Activation
from skneural.estimators.convnet.parameters import ConvNetParameters
from skneural.estimators.mlp.parameters import MLPParameters
from skneural.losses import Loss
from skneural.optimizers import Optimizer
from skneural.schedules import Schedule
from skneural.training.parameters import TrainingParameters

ROOT = Path(__file__).resolve().parents[2]
SCIKIT_LEARNS = {  # of the perceptrons' names, by which the documentation need not tell them
    "solver": {"adam", "sgd", "lbfgs"},
    "learning_rate": {"constant", "invscaling", "adaptive"},
    "loss": set(),
}
PAGES = [
    "README.md",
    *(page.relative_to(ROOT).as_posix() for page in (ROOT / "docs").glob("*.rst")),
    *(page.relative_to(ROOT).as_posix() for page in (ROOT / "docs" / "guide").glob("*.rst")),
]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def parameters(cls):
    return list(inspect.signature(cls).parameters)


def new_parameters(cls):
    """Parameters of a perceptron beyond scikit-learn's, whose last one is `max_fun`."""
    names = parameters(cls)
    return names[names.index("max_fun") + 1 :]


def readme_table(heading):
    """The rows of README's table below a heading, as pairs of the names and the text."""
    section = read("README.md").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.+?) \| (.+) \|$", section, flags=re.MULTILINE)
    return [(re.findall(r"`(\w+)`", names), text) for names, text in rows]


def test_readme_lists_the_estimators():
    listed = [name for names, _ in readme_table("The estimators") for name in names]
    assert sorted(listed) == sorted(set(skneural.__all__) - {"__version__"})


def test_readme_lists_the_parameters_beyond_scikit_learns():
    listed = [n for names, _ in readme_table("Beyond scikit-learn's parameters") for n in names]
    new = new_parameters(skneural.MLPClassifier)
    assert [name for name in listed if name in new] == new
    assert set(listed) - set(new) <= set(parameters(skneural.MLPClassifier))


def test_readme_lists_the_names_that_parameters_know():
    rows = {
        name: text
        for names, text in readme_table("Beyond scikit-learn's parameters")
        for name in names
    }
    known = {
        "solver": set(Optimizer.registry),
        "learning_rate": set(Schedule.registry),
        "loss": {name for names in Loss.names.values() for name in names},
    }
    for name, names in known.items():
        quoted = set(re.findall(r'`"(\w+)"`', rows[name]))
        assert quoted == names - SCIKIT_LEARNS[name], name
    (count,) = re.findall(r"(\d+) names", rows["activation"])
    assert int(count) == len(Activation.registry)


def test_the_differences_page_lists_the_new_parameters_in_order():
    listed = read("docs/differences.rst").partition("in this order:")[2].partition("Their defaults")
    new = new_parameters(skneural.MLPClassifier)
    assert re.findall(r"``(\w+)``", listed[0].replace("``MLPRegressor``", "")) == new
    of_classifiers = {"loss", "class_weight", "label_smoothing"}
    regressors = new_parameters(skneural.MLPRegressor)
    assert regressors == [name for name in new if name not in of_classifiers]
    assert parameters(skneural.MLPRegressor)[0] == "loss"


def test_the_architecture_page_has_the_parts_and_the_parameters_of_layers():
    page = read("docs/architecture.rst")
    shown = page.partition("so::\n")[2].partition("\nOnly")[0].split("<-")
    levels = [{part for part in level if is_public(part)} for level in LEVELS[1:]]
    assert [set(part.replace(",", " ").split()) for part in shown] == levels
    turned = page.partition("   turns ")[2].partition(" into a list")[0]
    shared = {*parameters_of(TrainingParameters), "initial_encoder"}
    assert set(re.findall(r"``(\w+)``", turned)) == set(parameters_of(MLPParameters)) - shared


def is_public(part):
    exists = (SOURCE / part).is_dir() or (SOURCE / f"{part}.py").is_file()
    return exists and not part.startswith("_")


def test_the_architecture_page_names_existing_files():
    named = re.findall(r"``((?:\w+/)*\w+\.py)``", read("docs/architecture.rst"))
    assert named
    assert not [name for name in named if not (SOURCE / name).is_file()]


def test_the_guide_on_images_names_the_parameters_to_search():
    page = read("docs/guide/images.rst")
    told = page.partition("For each of ``filters``")[2].partition("\n\n")[0]
    names = list(parameters_of(ConvNetParameters))
    searched = set(names[: names.index("image_shape")]) - {"activation"}
    assert set(re.findall(r"``(\w+)``", told)) | {"filters"} == searched


@pytest.mark.parametrize("page", PAGES)
def test_pages_name_parameters_that_there_are(page):
    named = set(re.findall(r"`(\w+)=", read(page)))
    known = {name for module, cls in PUBLIC for name in names_taken(getattr(module, cls))}
    nested = {name for name in named if "__" in name}
    variables = {name for name in named if name.isupper()}
    others = {"parallel", "max_lr", "handle_unknown"}  # Numba's, PyTorch's, scikit-learn's
    assert not named - known - nested - variables - others


def names_taken(cls):
    """Parameters of a class and of its public methods."""
    methods = [value for name, value in inspect.getmembers(cls, callable) if name[0] != "_"]
    for taker in (cls, *methods):
        yield from parameters(taker)


@pytest.mark.parametrize(("module", "name"), PUBLIC)
def test_signatures_say_the_parameters(module, name):
    cls = getattr(module, name)
    if inspect.isclass(cls) and hasattr(cls, "_get_param_names"):
        assert sorted(inspect.signature(cls).parameters) == sorted(cls._get_param_names())
