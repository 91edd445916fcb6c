"""What each display draws, and bad arguments of its own."""

import copy

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.neural_network import MLPClassifier as ScikitLearns

from _displays import fitted
from skneural import ConvNetClassifier, MLPClassifier, NeuralNetClassifier
from skneural.inspection import (
    ActivationDisplay,
    AttentionDisplay,
    FilterDisplay,
    LatentSpaceDisplay,
    LossCurveDisplay,
    LossLandscapeDisplay,
    NetworkDisplay,
    ReconstructionDisplay,
    loss_landscape,
)
from skneural.layers import LSTM, Activation, Attention, BatchNorm, Dense, Residual

pyplot = pytest.importorskip("matplotlib.pyplot", reason="displays draw by matplotlib")
pytestmark = [
    pytest.mark.needs_jit(reason="fits estimators"),
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


def clone_of(fitted_one, **parameters):
    return copy.deepcopy(fitted_one).set_params(**parameters)


def texts(ax):
    return [text.get_text() for text in ax.texts]


class TestLossCurves:
    def fitted(self, **parameters):
        X, y = fitted("MLPClassifier")[1:]
        return MLPClassifier((5,), max_iter=6, random_state=0, **parameters).fit(X, y)

    def test_training_validation_and_the_epoch_restored(self):
        mlp = self.fitted(early_stopping=True, validation_fraction=0.3)
        display = LossCurveDisplay.from_estimator(mlp, name="net")
        curves = [line.get_ydata() for line in display.lines_]
        assert np.array_equal(curves, [mlp.loss_curve_, mlp.validation_loss_curve_])
        best = int(np.argmax(mlp.validation_scores_)) + 1
        marked = display.ax_.lines[-1]
        assert (*marked.get_xdata(), *marked.get_ydata()) == (
            best, mlp.validation_loss_curve_[best - 1]
        )
        labels = [text.get_text() for text in display.ax_.get_legend().get_texts()]
        assert labels == ["net training", "net validation", f"net restored (epoch {best})"]
        assert display.rate_ax_ is None, "the rate is constant"

    def test_the_latest_of_equal_scores(self):
        mlp = self.fitted(
            early_stopping=True, restore_best_weights="latest", learning_rate_init=1e-9,
            n_iter_no_change=9,
        )
        assert len(set(mlp.validation_scores_)) == 1
        training = LossCurveDisplay.from_estimator(mlp).trainings["MLPClassifier"]
        assert training.restored_epoch == 6

    @pytest.mark.parametrize("parameters", [
        {}, {"early_stopping": True, "restore_best_weights": False},
    ])
    def test_nothing_restored(self, parameters):
        display = LossCurveDisplay.from_estimator(self.fitted(**parameters))
        assert display.trainings["MLPClassifier"].restored_epoch is None

    def test_learning_rates_on_an_axis_of_their_own(self):
        mlp = self.fitted(learning_rate="cosine")
        display = LossCurveDisplay.from_estimator(mlp)
        assert np.array_equal(display.rate_ax_.lines[0].get_ydata(), mlp.learning_rates_)
        rates = display.rate_ax_
        assert display.plot(display.ax_).rate_ax_ is rates
        hidden = LossCurveDisplay.from_estimator(mlp, show_learning_rates=False)
        assert hidden.rate_ax_ is None

    def test_several_estimators_on_one_axis(self):
        first, second = self.fitted(), self.fitted(learning_rate="cosine")
        display = LossCurveDisplay.from_estimator({"a": first, "b": second})
        assert [line.get_label() for line in display.lines_] == ["a training", "b training"]
        assert display.lines_[0].get_color() != display.lines_[1].get_color()
        more = LossCurveDisplay.from_estimator(self.fitted(), name="c", ax=display.ax_)
        assert more.lines_[0].get_color() not in [line.get_color() for line in display.lines_]
        assert len(more.ax_.get_legend().get_texts()) == 3
        listed = LossCurveDisplay.from_estimator([first, second])
        assert list(listed.trainings) == ["MLPClassifier 0", "MLPClassifier 1"]

    def test_of_scikit_learn(self):
        X, y = fitted("MLPClassifier")[1:]
        other = ScikitLearns((5,), max_iter=4, early_stopping=True).fit(X, y)
        display = LossCurveDisplay.from_estimator(other)
        assert np.array_equal(display.lines_[0].get_ydata(), other.loss_curve_)

    def test_two_networks(self):
        gan = fitted("GenerativeAdversarialNetwork")[0]
        display = LossCurveDisplay.from_estimator(gan)
        assert [line.get_label().split()[-1] for line in display.lines_] == [
            "generator", "discriminator"
        ]

    @pytest.mark.parametrize(("arguments", "message"), [
        ({"training": [1.0, 2.0], "validation": [1.0]}, "validation must have .* each of 2 epochs"),
        ({"training": [1.0], "restored_epoch": 2}, "restored_epoch=2 must be from 1 to 1"),
        ({"training": ["a"]}, "training must have a number"),
    ])
    def test_bad_curves(self, arguments, message):
        with pytest.raises(ValueError, match=message):
            LossCurveDisplay.from_curves(**arguments)

    def test_none_given(self):
        with pytest.raises(ValueError, match="has no estimators; give at least one"):
            LossCurveDisplay.from_estimator([])


class TestFilters:
    def test_convolution(self):
        net = fitted("ConvNetClassifier")[0]
        display = FilterDisplay.from_estimator(net)
        name = display.title
        kernel = net.get_layer(name).weights["kernel"]
        assert np.allclose(display.filters, np.moveaxis(kernel[:, :, 0], -1, 0))
        picture = display.image_.get_array()
        first = (kernel[:, :, 0, 0] - kernel[..., 0].min()) / np.ptp(kernel[..., 0])
        assert np.allclose(picture[:3, :3], first)
        assert picture[3].mask.all()  # between two rows

    def test_units_of_a_dense_layer(self):
        mlp = fitted("MLPClassifier")[0]
        display = FilterDisplay.from_estimator(mlp, n_filters=4)
        assert np.array_equal(display.filters, mlp.coefs_[0].T[:4].reshape(4, 8, 8))
        assert FilterDisplay.from_estimator(mlp, image_shape=(4, 16)).filters.shape == (9, 4, 16)

    def test_components(self):
        rbm = fitted("BernoulliRBM")[0]
        display = FilterDisplay.from_estimator(rbm)
        assert np.array_equal(display.filters, rbm.components_.reshape(-1, 8, 8))
        pca = PCA(3).fit(fitted("MLPClassifier")[1])
        assert FilterDisplay.from_estimator(pca).filters.shape == (3, 8, 8)

    def test_color_and_other_channels(self):
        X = np.random.default_rng(0).normal(size=(20, 6, 6, 3))
        net = ConvNetClassifier(filters=(4, 5), max_iter=1, random_state=0)
        net.fit(X, np.arange(20) % 2)
        display = FilterDisplay.from_estimator(net)
        assert display.filters.shape[-1] == 3
        convolutions = [n for n, _ in net._fitted_layers() if "conv" in n.lower()]
        second = FilterDisplay.from_estimator(net, convolutions[1])
        kernel = net.get_layer(convolutions[1]).weights["kernel"]
        assert np.allclose(second.filters, np.moveaxis(kernel.mean(2), -1, 0))
        third = FilterDisplay.from_estimator(net, convolutions[1], channel=3)
        assert np.allclose(third.filters, np.moveaxis(kernel[:, :, 3], -1, 0))
        with pytest.raises(ValueError, match="channel=4 of a layer that reads 4 channels"):
            FilterDisplay.from_estimator(net, convolutions[1], channel=4)

    @pytest.mark.parametrize(("arguments", "message"), [
        ({"layer": "convv"}, "there is no layer='convv'; the layers are"),
        ({"layer": 99}, "there is no layer=99; the layers are"),
        ({"image_shape": (3, 3)}, r"image_shape=\(3, 3\) does not fit"),
    ])
    def test_bad_arguments(self, arguments, message):
        with pytest.raises(ValueError, match=message):
            FilterDisplay.from_estimator(fitted("MLPClassifier")[0], **arguments)

    @pytest.mark.parametrize(("filters", "message"), [
        (np.ones((2, 9)), r"samples of shape \(9,\) are no images; give image_shape="),
        (np.ones((2, 3, 3, 2)), "2 channels; only 1, 3 or 4 can be drawn"),
        (np.ones((0, 3, 3)), "there are no images"),
        (np.full((1, 2, 2), "a"), "holds text"),
    ])
    def test_bad_filters(self, filters, message):
        with pytest.raises(ValueError, match=message):
            FilterDisplay.from_filters(filters)


class TestActivations:
    def test_maps(self):
        net, X, _ = fitted("ConvNetClassifier")
        name = net._fitted_layers()[0][0]
        display = ActivationDisplay.from_estimator(net, X[3], name)
        assert np.array_equal(display.activations, net.activations(X[3:4], name)[0])
        low, high = display.activations.min(), display.activations.max()
        shown = display.image_.get_array()[:8, :8]
        assert np.allclose(shown, (display.activations[..., 0] - low) / (high - low))

    @pytest.mark.parametrize(("image", "layer", "message"), [
        (np.ones((9, 9)), None, r"\(9, 9"),
        (np.ones(7), None, r"image has the shape \(7,\)"),
        (np.ones((2, 8, 8)), None, r"\(2, 8, 8\)"),
        (np.ones((8, 8)), -1, "which are no maps"),
        (np.ones((8, 8)), "maps", "there is no layer='maps'; the layers are"),
        (np.full((8, 8), np.nan), None, "NaN"),
    ])
    def test_bad_arguments(self, image, layer, message):
        with pytest.raises(ValueError, match=message):
            ActivationDisplay.from_estimator(fitted("ConvNetClassifier")[0], image, layer)


class TestReconstruction:
    def test_rows(self):
        autoencoder, X, _ = fitted("AutoencoderTransformer")
        display = ReconstructionDisplay.from_estimator(autoencoder, X, n_images=5)
        found = autoencoder.reconstruct(X[:5])
        assert np.array_equal(display.images, X[:5].reshape(5, 8, 8))
        assert np.array_equal(display.reconstructions, found.reshape(5, 8, 8))
        assert np.allclose(display.errors_, ((found - X[:5]) ** 2).mean(1))
        assert [text.get_text() for text in display.ax_.get_yticklabels()] == ["X", "reconstructed"]

    def test_other_transformers(self):
        X = fitted("MLPClassifier")[1]
        pca = PCA(5).fit(X)
        display = ReconstructionDisplay.from_estimator(pca, X[:3])
        expected = pca.inverse_transform(pca.transform(X[:3])).reshape(3, 8, 8)
        assert np.allclose(display.reconstructions, expected)

    def test_bad_arguments(self):
        with pytest.raises(ValueError, match="give one for each"):
            ReconstructionDisplay.from_images(np.ones((2, 3, 3)), np.ones((1, 3, 3)))
        X = np.random.default_rng(0).normal(size=(20, 6))
        with pytest.raises(ValueError, match="are no images; give image_shape"):
            ReconstructionDisplay.from_estimator(PCA(2).fit(X), X)

    def test_a_deep_machine(self):
        machine, X, _ = fitted("DeepBoltzmannMachine")
        display = ReconstructionDisplay.from_estimator(machine, X, n_images=5)
        first = clone_of(machine, features="all").transform(X[:5])[:, :9]
        logits = first @ machine.coefs_[0].T + machine.intercepts_[0]
        found = display.reconstructions.reshape(5, -1)
        assert np.allclose(found, 1 / (1 + np.exp(-logits)), atol=1e-5)


class TestLatentSpace:
    def test_codes_of_two_dimensions_are_the_points(self):
        codes = np.random.default_rng(0).normal(size=(9, 2))
        display = LatentSpaceDisplay.from_codes(codes, list("abcabcabc"))
        assert np.array_equal(display.points_, codes)
        labels = [text.get_text() for text in display.ax_.get_legend().get_texts()]
        assert labels == ["a", "b", "c"]
        assert np.array_equal(display.ax_.collections[1].get_offsets(), codes[1::3])

    def test_others_are_projected(self):
        mlp, X, y = fitted("MLPClassifier")
        display = LatentSpaceDisplay.from_estimator(mlp, X, y)
        assert display.points_.shape == (len(X), 2)
        assert display.codes.shape == (len(X), 9), "the layer before the last"
        expected = PCA(2, random_state=0).fit_transform(mlp.activations(X, -2))
        assert np.allclose(display.points_, expected)
        other = LatentSpaceDisplay.from_estimator(mlp, X, layer=-1, projection=PCA(2))
        assert other.codes.shape == (len(X), 3)

    def test_codes_that_are_all_the_same(self):
        assert not LatentSpaceDisplay.from_codes(np.ones((5, 3))).points_.any()

    def test_numbers_have_a_colorbar(self):
        codes = np.random.default_rng(0).normal(size=(9, 1))
        display = LatentSpaceDisplay.from_codes(codes, np.linspace(0, 1, 9))
        assert display.colorbar_ is not None
        assert not display.points_[:, 1].any()

    @pytest.mark.parametrize(("arguments", "message"), [
        ({"codes": np.ones(3)}, "codes must be of shape"),
        ({"codes": np.ones((3, 2)), "y": [1, 2]}, "for each of 3 rows"),
        ({"codes": np.eye(3), "projection": PCA(1)}, "it has to give two columns"),
        ({"codes": np.full((3, 2), np.nan)}, "NaN"),
    ])
    def test_bad_arguments(self, arguments, message):
        with pytest.raises(ValueError, match=message):
            LatentSpaceDisplay.from_codes(**arguments)


class TestNetworks:
    def test_layers_shapes_and_parameters(self):
        net = fitted("ConvNetClassifier")[0]
        display = NetworkDisplay.from_estimator(net)
        heading, *labels = texts(display.ax_)
        assert heading.startswith("ConvNetClassifier\n")
        labels = [label for label in labels if label]
        assert len(labels) == 1 + len(net._fitted_layers()) == len(display.boxes_)
        assert labels[0] == "input\n8 × 8 × 1"
        assert "80 parameters" in "".join(labels) or "30 parameters" in "".join(labels)

    def test_layers_inside_of_others(self):
        X, y = fitted("MLPClassifier")[1:]
        block = Residual([Dense(6), BatchNorm(), Activation("tanh"), Dense(64)])
        net = NeuralNetClassifier([block, Dense(4)], max_iter=1, random_state=0).fit(X, y)
        display = NetworkDisplay.from_estimator(net)
        frame, first = display.boxes_[1], display.boxes_[2]
        (x0, y0), (x1, y1) = frame.get_bbox().min, frame.get_bbox().max
        inner = first.get_bbox()
        assert x0 < inner.x0 < inner.x1 < x1
        assert y0 < inner.y0 < inner.y1 < y1
        assert frame.get_linestyle() == "--"
        total = int(net.summary().rpartition(" ")[2].replace(",", ""))
        assert texts(display.ax_)[0].endswith(f"{total:,} parameters")

    def test_both_networks(self):
        display = NetworkDisplay.from_estimator(fitted("GenerativeAdversarialNetwork")[0])
        assert list(display.networks) == ["generator", "discriminator"]

    def test_units_of_a_machine(self):
        rbm = fitted("BernoulliRBM")[0]
        display = NetworkDisplay.from_estimator(rbm)
        sizes = rbm.components_.size + rbm.intercept_hidden_.size + rbm.intercept_visible_.size
        assert texts(display.ax_)[0] == f"BernoulliRBM\n{sizes:,} parameters"

    def test_bad_shapes(self):
        with pytest.raises(ValueError, match="2 names, 1 shapes"):
            NetworkDisplay.from_shapes(["a", "b"], [(1,)])


class TestAttention:
    def test_weights_and_tokens(self):
        display = AttentionDisplay.from_weights(
            [[0.2, 0.8], [0.1, 0.2, 0.7]], tokens=[["not", "good"], ["it", "is", "great"]]
        )
        table = display.image_.get_array()
        assert np.allclose(table.filled(0), [[0.2, 0.8, 0], [0.1, 0.2, 0.7]])
        assert texts(display.ax_) == ["not", "good", "it", "is", "great"]

    def test_of_an_estimator(self):
        net, X, _ = fitted("RecurrentClassifier")
        display = AttentionDisplay.from_estimator(net, X[:4])
        assert np.array_equal(np.array(display.weights, np.float32).shape, (4, 7))
        assert np.allclose(np.sum(display.weights, axis=1), 1)

    def test_of_a_network_with_an_attention_layer(self):
        _, X, y = fitted("RecurrentClassifier")
        layers = [LSTM(4, return_sequences=True), Attention(3)]
        net = NeuralNetClassifier(layers, max_iter=1, random_state=0).fit(X, y)
        display = AttentionDisplay.from_estimator(net, X[:4])
        weights = np.array(display.weights)
        assert np.allclose(weights.sum(axis=1), 1)
        pooled = np.einsum("st,stf->sf", weights, net.activations(X[:4], 0))
        assert np.allclose(pooled, net.activations(X[:4], 1), atol=1e-5)

    def test_a_network_without_attention(self):
        _, X, y = fitted("RecurrentClassifier")
        net = NeuralNetClassifier([LSTM(4)], max_iter=1, random_state=0).fit(X, y)
        with pytest.raises(TypeError, match="NeuralNetClassifier has no attention; .* Attention"):
            AttentionDisplay.from_estimator(net, X[:4])

    def test_bad_arguments(self):
        with pytest.raises(ValueError, match=r"tokens have the lengths \[1\], the series \[2\]"):
            AttentionDisplay.from_weights([[0.5, 0.5]], tokens=[["a"]])
        with pytest.raises(ValueError, match="at least one series"):
            AttentionDisplay.from_weights([])


class TestLossLandscape:
    def test_along_one_direction(self):
        mlp, X, y = fitted("MLPClassifier")
        display = LossLandscapeDisplay.from_estimator(mlp, X, y, n_dimensions=1, n_points=5)
        found = loss_landscape(mlp, X, y, n_dimensions=1, n_points=5, random_state=0)
        assert np.array_equal(display.ax_.lines[0].get_ydata(), found.losses)
        assert np.array_equal(display.steps, [-1, -0.5, 0, 0.5, 1])

    def test_the_middle_is_the_loss_of_the_weights(self):
        for name in ("MLPClassifier", "TabularRegressor", "AutoencoderTransformer"):
            estimator, X, y = fitted(name)
            targets = None if name.startswith("Auto") else y
            found = loss_landscape(estimator, X, targets, n_points=3, random_state=0)
            assert np.isclose(found.losses[1, 1], found.loss, rtol=1e-6), name
        mlp, X, y = fitted("MLPClassifier")
        chances = mlp.predict_proba(X)[np.arange(len(y)), y]
        assert np.isclose(loss_landscape(mlp, X, y, n_points=3).loss, -np.log(chances).mean())

    def test_the_estimator_is_left_as_it_was(self):
        net, X, y = fitted("NeuralNetClassifier")
        before = {layer: {k: v.copy() for k, v in w.items()} for layer, w in net.weights_.items()}
        predicted = net.predict_proba(X)
        loss_landscape(net, X, y, n_points=3)
        for layer, weights in before.items():
            for name, values in weights.items():
                assert np.array_equal(net.weights_[layer][name], values)
        assert np.array_equal(net.predict_proba(X), predicted)

    def test_equal_numbers_give_equal_losses(self):
        mlp, X, y = fitted("MLPClassifier")
        pd = pytest.importorskip("pandas", reason="holds the rows")
        kinds = [X, X.tolist(), pd.DataFrame(X), np.asfortranarray(X)]
        found = [
            loss_landscape(mlp, each, y, n_points=3, random_state=0).losses for each in kinds
        ]
        for each in found[1:]:
            assert np.array_equal(each, found[0])

    def test_infinite_losses_are_drawn(self):
        losses = np.ones((3, 3))
        losses[0] = np.inf
        losses[1, 1] = 0.01
        display = LossLandscapeDisplay.from_losses(losses)
        display.figure_.canvas.draw()
        assert display.colorbar_ is not None
        LossLandscapeDisplay.from_losses(np.zeros((2, 2))).figure_.canvas.draw()

    @pytest.mark.parametrize(("arguments", "message"), [
        ({"n_dimensions": 3}, "n_dimensions=3 must be 1 or 2"),
        ({"n_points": 1}, "n_points=1 must be an integer, at least 2"),
        ({"extent": 0}, "extent=0 must be a positive number"),
        ({"statistics": "bach"}, "statistics='bach' must be one of .* Did you mean 'batch'"),
        ({"y": np.full(80, 7)}, "MLPClassifier"),
        ({"y": np.zeros(3)}, "MLPClassifier"),
        ({"X": np.ones((80, 3))}, "MLPClassifier"),
    ])
    def test_bad_arguments(self, arguments, message):
        mlp, X, y = fitted("MLPClassifier")
        with pytest.raises(ValueError, match=message):
            LossLandscapeDisplay.from_estimator(mlp, **({"X": X, "y": y} | arguments))

    def test_the_same_levels_make_pictures_comparable(self):
        levels = np.geomspace(0.01, 10, 7)
        for factor in (1.0, 5.0):
            losses = factor * np.add.outer(np.arange(3.0), np.arange(1, 4.0))
            display = LossLandscapeDisplay.from_losses(losses, levels=levels)
            display.figure_.canvas.draw()
            assert (display.colorbar_.vmin, display.colorbar_.vmax) == (0.01, 10)
        with pytest.raises(ValueError, match="levels=5 must be a sequence of losses"):
            LossLandscapeDisplay.from_losses(losses, levels=5)

    @pytest.mark.parametrize(("losses", "steps", "message"), [
        (np.ones((2, 3)), None, r"got \(2, 3\)"),
        (np.full(3, np.inf), None, "no loss is a finite number"),
        (np.ones(3), [0.0], "3 points need one each"),
    ])
    def test_bad_losses(self, losses, steps, message):
        with pytest.raises(ValueError, match=message):
            LossLandscapeDisplay.from_losses(losses, steps=steps)
