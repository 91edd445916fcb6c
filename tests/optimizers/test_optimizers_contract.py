"""What every optimizer keeps to: those registered or exported, with the examples they give."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone

from _helpers import DTYPES, OPTIMIZERS, ROUNDING, name_of, plain_python
from _updates import run_updates
from skneural.optimizers import Adam, Optimizer, get_optimizer
from skneural.optimizers._base import N_COEFFICIENTS

EACH_OPTIMIZER = pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=name_of)
EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)


@pytest.mark.needs_jit(reason="there is one meaning only")
@EACH_DTYPE
@EACH_OPTIMIZER
def test_compiled_equals_plain_python(optimizer, dtype):
    compiled = run_updates(optimizer, dtype)
    with plain_python():
        plain = run_updates(optimizer, dtype)
    tolerance = ROUNDING[dtype.name]
    for name in ("weights", "slots", "squares"):
        np.testing.assert_allclose(
            compiled[name], plain[name], rtol=tolerance, atol=tolerance, err_msg=name
        )


@EACH_DTYPE
@EACH_OPTIMIZER
def test_dtype_is_kept_and_gradients_are_untouched(optimizer, dtype):
    result = run_updates(optimizer, dtype)
    assert result["weights"].dtype == result["slots"].dtype == dtype
    np.testing.assert_array_equal(result["gradients"], result["gradients_before"])
    assert np.isfinite(result["weights"]).all()


@EACH_OPTIMIZER
def test_each_parameter_stands_alone(optimizer):
    """To the bit: an update does not depend on a parameter's place in its block."""
    together = run_updates(optimizer, np.float64)["weights"]
    for place in (0, 5, 36):
        alone = run_updates(optimizer, np.float64, only=slice(place, place + 1))["weights"]
        assert alone[0] == together[place]


@EACH_OPTIMIZER
def test_a_rate_of_zero_changes_nothing(optimizer):
    result = run_updates(optimizer, np.float64, rates=np.zeros(3))
    np.testing.assert_array_equal(result["weights"], result["start"])


@EACH_OPTIMIZER
def test_the_loss_of_a_bowl_goes_down(optimizer):
    """Against the gradient, on every coordinate."""
    start = np.array([3.0, -2.0, 0.5])
    result = run_updates(optimizer, np.float64, start=start, gradients=start[None], rates=[0.01])
    change = result["weights"] - start
    np.testing.assert_array_equal(np.sign(change), -np.sign(start))


@EACH_OPTIMIZER
def test_updates_do_not_depend_on_where_epochs_end(optimizer):
    rates = np.linspace(0.01, 0.02, 7)
    table = optimizer.coefficients(rates, 0)
    assert table.shape == (7, N_COEFFICIENTS) and table.dtype == np.float64
    assert table.flags.c_contiguous and np.isfinite(table).all()
    np.testing.assert_array_equal(table[:, -1], rates)
    parts = [optimizer.coefficients(rates[:3], 0), optimizer.coefficients(rates[3:], 3)]
    np.testing.assert_allclose(np.concatenate(parts), table, rtol=1e-12)


@EACH_OPTIMIZER
def test_coefficients_stay_finite_after_many_updates(optimizer):
    table = optimizer.coefficients(np.full(3, 0.1), 2_000_000)
    assert np.isfinite(table).all()


@EACH_OPTIMIZER
def test_clone_pickle_and_repr(optimizer):
    for copy in (clone(optimizer), pickle.loads(pickle.dumps(optimizer))):
        assert copy is not optimizer and type(copy) is type(optimizer)
        assert repr(copy) == repr(optimizer)
        np.testing.assert_array_equal(
            run_updates(copy, np.float64)["weights"], run_updates(optimizer, np.float64)["weights"]
        )


@EACH_OPTIMIZER
def test_parameters_are_declared_and_valid(optimizer):
    assert set(optimizer._parameter_constraints) == set(optimizer.get_params())
    assert get_optimizer(optimizer) is optimizer


@pytest.mark.parametrize("name", Optimizer.registry)
def test_a_name_gives_the_default_instance(name):
    found = get_optimizer(name)
    assert type(found) is Optimizer.registry[name] and found.name == name


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ("adm", ValueError, "MLP: solver='adm' .*did you mean 'adam'"),
        ("zzz", ValueError, "solver='zzz' .*adadelta"),
        (Adam, TypeError, "MLP: solver="),
        (Adam(beta_1=1.0), ValueError, "'beta_1' parameter of Adam"),
        (Adam(epsilon=0.0), ValueError, "'epsilon' parameter of Adam"),
    ],
    ids=name_of,
)
def test_a_wrong_optimizer_is_named(value, error, message):
    with pytest.raises(error, match=f"(?i){message}"):
        get_optimizer(value, owner="MLP")


def test_the_base_has_no_terms():
    with pytest.raises(NotImplementedError):
        Optimizer().coefficients(np.ones(1), 0)
