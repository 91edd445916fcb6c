"""The structure of the package: which part may import which, and where each public name is told."""

import ast
import functools
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import skneural
from skneural.training.train import train

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "skneural"
FILES = sorted(SOURCE.rglob("*.py"))

TESTS = ROOT / "tests"
# folders of tests that belong to no folder of the package
OF_THE_WHOLE = {"benchmarks", "contract", "project"}

# The parts of the package, lowest first. A part imports its own or a lower level, never a higher.
LEVELS = (
    {"_documentation_links", "_naming", "_optional", "_parameters", "_plain_state",
     "_user_warnings", "_whole_numbers", "exceptions"},
    {"engine"},
    {"activations", "augmentation", "initializers", "layers", "losses", "optimizers", "schedules"},
    {"data"},
    {"preprocessing"},
    {"network"},
    {"callbacks"},
    {"training"},
    {"blocks"},
    {"estimators", "forecasting"},
    {"datasets", "distributed", "inspection", "persistence", "playground"},
)
LEVEL = {part: level for level, parts in enumerate(LEVELS) for part in parts}
COMPILER = {"numba", "llvmlite"}
# estimators are exported at the top
NOT_PUBLIC = {"data", "engine", "estimators", "network", "training"}
# families that build on others: deep machines are perceptrons, and stacks of machines
BUILDS_ON = {"deep_boltzmann": ("mlp", "boltzmann")}
MOST_LINES = 300


def name_of(path):
    return path.relative_to(SOURCE).as_posix()


def part_of(path):
    """The part of the package a file belongs to: its folder, or the name of a single module."""
    first = path.relative_to(SOURCE).parts[0]
    return first.removesuffix(".py")


def statements(tree):
    """All nodes of a file but those that only a type checker sees."""
    for node in ast.iter_child_nodes(tree):
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield node
            yield from statements(node)


def imported_modules(path):
    """Every absolute module name a file imports, at its top or inside a function."""
    package = ["skneural", *path.relative_to(SOURCE).parts[:-1]]
    for node in statements(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def imported_parts(path):
    """The other parts of the package that a file imports."""
    names = (module.split(".") for module in imported_modules(path))
    parts = {name[1] for name in names if name[0] == "skneural" and len(name) > 1}
    return {part for part in parts if part in LEVEL and part != part_of(path)}


def public_modules():
    """Names of the public modules below the package."""
    names = [module.name for module in pkgutil.iter_modules(skneural.__path__)]
    return [name for name in names if not name.startswith("_") and name not in NOT_PUBLIC]


def public_classes():
    """Pairs of a public package and one of its classes, scikit-learn's left out."""
    modules = [importlib.import_module(f"skneural.{name}") for name in public_modules()]
    for module in (skneural, *modules):
        for name in getattr(module, "__all__", ()):
            exported = getattr(module, name)
            if inspect.isclass(exported) and exported.__module__.startswith("skneural."):
                yield module, name


PUBLIC = list(public_classes())
EACH_PUBLIC = pytest.mark.parametrize(
    ("module", "name"), PUBLIC, ids=[f"{module.__name__}.{name}" for module, name in PUBLIC]
)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_point_one_way(path):
    part = part_of(path)
    if part == "__init__":
        return
    assert part in LEVEL, f"say in LEVELS where {part} stands"
    higher = sorted(name for name in imported_parts(path) if LEVEL[name] > LEVEL[part])
    assert not higher, f"{part} must not import {higher}"


def test_no_part_imports_itself_through_another():
    imports = {part: set() for part in LEVEL}
    for path in FILES:
        if part_of(path) in imports:
            imports[part_of(path)] |= imported_parts(path)
    while imports:
        free = {part for part, needed in imports.items() if not needed & imports.keys()}
        assert free, f"parts that import each other: {sorted(imports)}"
        imports = {part: needed for part, needed in imports.items() if part not in free}


def module_of(path):
    """The absolute name of a file's module."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(["skneural", *(part for part in parts if part != "__init__")])


@functools.cache
def imports_between_modules():
    """The modules of the package that each imports: at its top, in functions, for type checkers."""
    files = {module_of(path): path for path in FILES}
    found = {}
    for module, path in files.items():
        package, found[module] = path.relative_to(SOURCE.parent).parts[:-1], set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ImportFrom):
                continue
            base = package[: len(package) - node.level + 1] if node.level else ()
            source = ".".join([*base, *([node.module] if node.module else [])])
            names = [f"{source}.{alias.name}" for alias in node.names]
            found[module] |= {name if name in files else source for name in names} & files.keys()
        found[module].discard(module)
    return found


def circle_through(module, imports):
    """The shortest chain of imports from a module back to itself, [] if there is none."""
    chains, seen = [[module]], set()
    while chains:
        chain = chains.pop(0)
        for imported in sorted(imports[chain[-1]]):
            if imported == module:
                return [*chain, module]
            if imported not in seen:
                seen.add(imported)
                chains.append([*chain, imported])
    return []


@pytest.mark.parametrize("part", sorted(LEVEL))
def test_no_modules_import_each_other(part):
    """Not even inside functions, or where only a type checker sees it."""
    imports = imports_between_modules()
    prefix = f"skneural.{part}"
    modules = [name for name in imports if name == prefix or name.startswith(f"{prefix}.")]
    circles = [circle for name in modules if (circle := circle_through(name, imports))]
    assert modules
    assert not circles, " -> ".join(min(circles, key=len))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_the_engine_imports_the_compiler(path):
    if part_of(path) == "engine":
        return
    assert not COMPILER & {module.partition(".")[0] for module in imported_modules(path)}


def test_only_the_engine_reads_fields_by_number():
    """Kernels have named, typed parameters: see `skneural.engine.fields`."""
    by_number = re.compile(r"\bfields?\[\s*-?\d+\s*\]|\bintegers\(\s*row\b")
    others = [path for path in FILES if part_of(path) != "engine"]
    found = [name_of(path) for path in others if by_number.search(path.read_text("utf-8"))]
    assert not found, f"kernels that read fields by number: {', '.join(found)}"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_data_asks_what_holds_rows(path):
    """Whether rows are sparse or bytes; the engine and files of data sets name bytes as memory."""
    part = part_of(path)
    asked = {"issparse"} if part in ("engine", "datasets") else {"issparse", "uint8"}
    named = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        named |= {getattr(node, key, None) for key in ("id", "attr", "name")}
        named |= {node.value} if isinstance(node, ast.Constant) else set()
    assert part == "data" or not asked & named


def test_importing_compiles_nothing(run_python):
    """All public packages together load neither the compiler nor a kernel."""
    names = sorted({module.__name__ for module, _ in PUBLIC})
    result = run_python(
        """
        import importlib, sys

        for name in sys.argv[1:]:
            importlib.import_module(name)
        print(sorted({"numba", "llvmlite"} & set(sys.modules)))
        """,
        *names,
    )
    assert result.stdout.strip() == "[]"


def test_public_modules_are_there_without_an_import_and_only_then_loaded(run_python):
    result = run_python(
        """
        import sys

        import skneural

        assert "skneural.datasets" not in sys.modules, "imported though nobody asked for it"
        assert skneural.datasets.load_mnist
        for name in sys.argv[1:]:
            assert getattr(skneural, name) is sys.modules[f"skneural.{name}"]
            assert name in dir(skneural)
        try:
            skneural.dataset
        except AttributeError as error:
            print(error)
        """,
        *public_modules(),
    )
    assert result.stdout.strip() == "module 'skneural' has no attribute 'dataset'"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_sources_name_no_place_outside_the_package(path):
    assert not re.search(r"\.\./|/(work|tmp|root|home)/", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_are_short(path):
    n_lines = len(path.read_text(encoding="utf-8").splitlines())
    assert n_lines <= MOST_LINES, f"{n_lines} lines: one concept a file"


def test_tests_lie_in_folders_as_the_package_does():
    folders = {path.parent.relative_to(TESTS).as_posix() for path in TESTS.rglob("test_*.py")}
    assert "." not in folders, "tests belong in the folder of what they test"
    mirrored = folders - OF_THE_WHOLE
    unlike = sorted(name for name in mirrored if not (SOURCE / name / "__init__.py").is_file())
    assert not unlike, f"tests/{unlike} names no folder of src/skneural"


@EACH_PUBLIC
def test_api_reference_has_its_package(module, name):
    """The reference makes a page for each name in the ``__all__`` of the packages it lists."""
    listed = (ROOT / "docs" / "api" / "index.rst").read_text(encoding="utf-8").split()
    assert module.__name__ in listed


@EACH_PUBLIC
def test_class_has_a_docstring_of_its_own(module, name):
    cls = getattr(module, name)
    assert cls.__dict__.get("__doc__"), f"{name} has no docstring"
    names = inspect.signature(cls.__init__).parameters.keys() - {"self", "args", "kwargs"}
    if names:
        assert re.search(r"Parameters\n *-{3,}", cls.__doc__), f"{name} documents no parameters"


@EACH_PUBLIC
def test_changelog_names_it(module, name):
    assert re.search(rf"`{name}\b", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", skneural.__all__)
def test_asv_suite_measures_it(name):
    if not inspect.isclass(getattr(skneural, name)):
        return
    common = (ROOT / "asv_benchmarks" / "benchmarks" / "common.py").read_text(encoding="utf-8")
    listed = common.partition("ESTIMATORS = {")[2].partition("\n}")[0]
    assert f'"{name}":' in listed, f"give {name} an entry in ESTIMATORS, for fit, memory, startup"


def estimators():
    """Every public class that scikit-learn takes for an estimator."""
    classes = (getattr(skneural, name) for name in skneural.__all__)
    return [cls for cls in classes if inspect.isclass(cls)]


def own_classes(cls):
    """The package's classes in the order in which a class's methods are looked up.

    A stand-in for one of scikit-learn's that an older version lacks is not counted.
    """
    names = (c.__module__ for c in cls.__mro__)
    return [
        c for c, module in zip(cls.__mro__, names, strict=True)
        if module.startswith("skneural.") and module != "skneural.callbacks._compat"
    ]


def hooks(cls):
    """The methods that a class writes beside its public ones and those that Python calls."""
    return [
        name for name, value in vars(cls).items()
        if name.startswith("_") and not name.endswith("__")
        and (inspect.isfunction(value) or isinstance(value, property | classmethod | staticmethod))
    ]


@pytest.mark.parametrize("cls", estimators(), ids=lambda cls: cls.__name__)
def test_estimators_are_composed(cls):
    """At most five classes to look a method up in, and at most three hooks in those of a family."""
    assert len(own_classes(cls)) <= 5
    for each in own_classes(cls):
        if not each.__module__.startswith("skneural.estimators.base."):
            assert len(hooks(each)) <= 3, f"{each.__name__} writes {hooks(each)}"


def test_training_knows_no_estimator():
    """`train` is given a network, data and settings."""
    parameters = inspect.signature(train).parameters
    assert list(parameters)[:4] == ["network", "data", "settings", "random_state"]
    for module, imported in imports_between_modules().items():
        if module.startswith("skneural.training."):
            assert not [name for name in imported if name.startswith("skneural.estimators")]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_families_import_no_other_family(path):
    parts = path.relative_to(SOURCE).parts
    if parts[0] != "estimators" or len(parts) < 3 or parts[1] == "base":
        return
    families = {
        module.split(".")[2] for module in imported_modules(path)
        if module.startswith("skneural.estimators.") and len(module.split(".")) > 3
    }
    assert families <= {parts[1], "base", "neural_net", *BUILDS_ON.get(parts[1], ())}


def test_no_mixin_needs_a_type_checker_to_look_away():
    """Classes that a mixin's ``super()`` means are its bases."""
    lines = [
        line for path in FILES for line in path.read_text(encoding="utf-8").splitlines()
        if "super()" in line and "type: ignore" in line
    ]
    assert not lines
