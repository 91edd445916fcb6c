"""The same schedules in PyTorch, where it is installed."""

import numpy as np
import pytest

from skneural.schedules import Cosine, Exponential, OneCycle, Progress, Step, Warmup

torch = pytest.importorskip("torch")
lr_scheduler = torch.optim.lr_scheduler

N_EPOCHS, N_BATCHES, INITIAL = 12, 5, 0.1


def optimizer():
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=INITIAL)


def torch_rates(scheduler, per_epoch=False):
    """Rates of every update as PyTorch gives them, (N_EPOCHS, N_BATCHES)."""
    rates = np.empty((N_EPOCHS, N_BATCHES))
    for epoch, batch in np.ndindex(rates.shape):
        rates[epoch, batch] = scheduler.get_last_lr()[0]
        scheduler.optimizer.step()
        last = (epoch, batch) == (N_EPOCHS - 1, N_BATCHES - 1)
        if not last and (not per_epoch or batch == N_BATCHES - 1):
            scheduler.step()
    return rates


def our_rates(schedule):
    return np.array(
        [schedule.rates(INITIAL, Progress(e, N_EPOCHS, N_BATCHES)) for e in range(N_EPOCHS)]
    )


def test_step():
    expected = torch_rates(lr_scheduler.StepLR(optimizer(), 5, gamma=0.3), per_epoch=True)
    np.testing.assert_allclose(our_rates(Step(5, gamma=0.3)), expected)


def test_exponential():
    expected = torch_rates(lr_scheduler.ExponentialLR(optimizer(), 0.9), per_epoch=True)
    np.testing.assert_allclose(our_rates(Exponential(0.9)), expected)


@pytest.mark.parametrize("multiplier", [1, 2])
def test_cosine_with_warm_restarts(multiplier):
    scheduler = lr_scheduler.CosineAnnealingWarmRestarts(
        optimizer(), 3 * N_BATCHES, T_mult=multiplier, eta_min=0.02 * INITIAL
    )
    schedule = Cosine(minimum=0.02, cycle_length=3, cycle_multiplier=multiplier)
    np.testing.assert_allclose(our_rates(schedule), torch_rates(scheduler), rtol=1e-12)


def test_cosine_over_the_whole_training():
    scheduler = lr_scheduler.CosineAnnealingLR(optimizer(), N_EPOCHS * N_BATCHES)
    np.testing.assert_allclose(our_rates(Cosine()), torch_rates(scheduler), rtol=1e-10)


@pytest.mark.parametrize("warmup_fraction", [0.1, 0.3, 0.5])
def test_one_cycle(warmup_fraction):
    scheduler = lr_scheduler.OneCycleLR(
        optimizer(),
        max_lr=8 * INITIAL,
        total_steps=N_EPOCHS * N_BATCHES,
        pct_start=warmup_fraction,
        div_factor=8.0,
        final_div_factor=1e3,
        cycle_momentum=False,
    )
    schedule = OneCycle(8.0, warmup_fraction, minimum=1e-3)
    np.testing.assert_allclose(our_rates(schedule), torch_rates(scheduler), rtol=1e-10)


def test_warmup():
    scheduler = lr_scheduler.LinearLR(optimizer(), 0.1, total_iters=4 * N_BATCHES)
    np.testing.assert_allclose(our_rates(Warmup(n_epochs=4)), torch_rates(scheduler), rtol=1e-12)
