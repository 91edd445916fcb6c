"""The gallery's order: from the plain to the particular."""

from __future__ import annotations

from pathlib import Path

SECTIONS = ["learning", "images", "autoencoders", "series", "classics", "inspection"]
EXAMPLES = [
    "compare_classifiers", "tabular_search", "tables_with_categories", "piecewise_linear",
    "sparse_text", "multilabel", "quantile_regression", "onnx_pipeline",
    "resume_after_kill",
    "dask_search", "distributed_fit",
    "large_data",
    "xor", "activations", "nonlinearities", "schedules", "overfitting", "convnet_dropout",
    "mnist_hello_world", "convolution_and_pooling", "lenet_features", "fashion_grid_search",
    "residual_depth", "transfer_learning", "segmentation_masks", "super_resolution",
    "autoencoder_pca", "autoencoder_codes", "autoencoder_denoising", "autoencoder_generation",
    "autoencoder_few_labels", "outlier_detection", "forecasting", "vanishing_gradient",
    "rows_of_digits", "unequal_lengths", "series_search", "attention", "melodies", "sonnets",
    "first_neurons", "hopfield_recall", "boltzmann_424", "rbm_filters", "dbn_few_labels",
    "dreams", "gan_digits", "maps", "neocognitron", "gmdh", "cart_pole",
    "loss_curves", "training_display", "network_stack", "filters", "feature_maps",
    "reconstructions", "latent_space", "attention_weights", "loss_landscape", "diagnosis",
    "saliency", "feature_visualization", "deep_dream", "style_transfer", "adversarial_examples",
    "playground",
]  # fmt: skip


class InOrder:
    """Sort key of the examples of a section; those not listed come last."""

    def __init__(self, folder: str):
        self.folder = folder

    def __call__(self, file: str) -> tuple[int, str]:
        name = Path(file).stem.removeprefix("plot_")
        return (EXAMPLES.index(name) if name in EXAMPLES else len(EXAMPLES)), name

    def __repr__(self) -> str:
        return "<InOrder>"  # the same from build to build
