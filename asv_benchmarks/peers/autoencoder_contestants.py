"""This library and scikit-learn as autoencoders."""

from __future__ import annotations

import warnings

from asv_benchmarks.workloads.autoencoders import (
    FILTERS,
    MASKED,
    SIZES,
    AutoencoderWorkload,
    make_rows,
)

ENDLESS = {"tol": 0.0, "n_iter_no_change": 1_000_000, "random_state": 0}


class ScikitNeuralAutoencoder:
    """`AutoencoderTransformer` on float32 rows or images."""

    def __init__(self, workload: AutoencoderWorkload, threads: int):
        from skneural import AutoencoderTransformer

        self.X, self.note = make_rows(workload), ""
        parameters = {
            "n_components": workload.n_components,
            "hidden_layer_sizes": SIZES[1 : len(SIZES) // 2],
            "noise": "masking" if workload.form == "denoising" else None,
            "noise_level": MASKED,
            "variational": workload.form == "variational",
            **(self.convolutional() if workload.form == "conv" else {}),
        }
        self.estimator = AutoencoderTransformer(
            **parameters,
            batch_size=min(128, workload.batch_size),
            n_jobs=1 if threads == 1 else None,
            **ENDLESS,
        )
        if workload.predicts:
            self.fit(1)

    @staticmethod
    def convolutional() -> dict:
        """Convolutions and back, without dense layers."""
        from skneural.layers import Conv2D, Conv2DTranspose

        how = {"strides": 2, "padding": "same"}
        encoder = [Conv2D(filters, 3, "relu", **how) for filters in FILTERS]
        decoder = [Conv2DTranspose(FILTERS[0], 3, "relu", **how), Conv2DTranspose(1, 3, **how)]
        return {"architecture": (encoder, decoder)}

    def fit(self, epochs: int) -> None:
        """Train from scratch for a number of epochs."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # ConvergenceWarning: too few epochs on purpose
            self.estimator.set_params(max_iter=epochs).fit(self.X)

    def predict(self, passes: int) -> None:
        """Compute the codes of all rows, so many times."""
        for _ in range(passes):
            self.estimator.transform(self.X)


class ScikitLearnAutoencoder:
    """`MLPRegressor` with X as y, where that can do the job."""

    def __init__(self, workload: AutoencoderWorkload, threads: int):
        from asv_benchmarks.peers.contestants import NotApplicable

        if workload.form != "plain" or workload.predicts:
            raise NotApplicable("MLPRegressor has no noise, no latent space and no codes")
        from sklearn.neural_network import MLPRegressor

        self.X, self.note = make_rows(workload), "MLPRegressor.fit(X, X)"
        self.estimator = MLPRegressor(
            hidden_layer_sizes=SIZES[1:-1], batch_size=workload.batch_size, **ENDLESS
        )

    def fit(self, epochs: int) -> None:
        """Train from scratch for a number of epochs."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.estimator.set_params(max_iter=epochs).fit(self.X, self.X)
