"""Parameters of layers in lists by names that are not theirs: an error that has the right one."""

import pytest

import skneural as sk
from skneural.layers import Conv2D, Dense, Parallel, Residual, Sequential


def network():
    return sk.NeuralNetClassifier([
        ("res", Residual([("a", Conv2D(3, padding=1))], [("wide", Conv2D(3, padding=1))])),
        ("par", Parallel([[Dense(2), Dense(3)], ("b", [("c", Dense(3))]), Dense(1)])),
        ("seq", Sequential([Dense(3)])),
        Dense(3),
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("res__layers__a__kernel_size", "res__a__kernel_size"),
        ("par__branches__0__0__units", "par__0__0__units"),
        ("par__branches__b__c__units", "par__b__c__units"),
        ("par__branches__2", "par__2"),
        ("seq__layers__0__units", "seq__0__units"),
        ("layers__3__units", "dense__units"),
        ("layers__1__branches__0__1__units", "par__0__1__units"),
        ("layers__0", "res"),
    ],
)
def test_names_of_lists_on_the_way_to_a_layer(written, meant):
    model = network()
    with pytest.raises(ValueError, match=f"'{written}' for .*NeuralNet.* Write '{meant}'"):
        model.set_params(**{written: 3})
    assert str(model) == str(network())
    assert meant in model.get_params()
    model.set_params(res__shortcut__wide__filters=3)  # which is the way to the shortcut's


def test_in_other_estimators_and_layers():
    model = sk.ConvNetClassifier(architecture=[Conv2D(3), ("code", Dense(3))])
    with pytest.raises(ValueError, match="Write 'code__units'"):
        model.set_params(architecture__1__units=3)
    with pytest.raises(ValueError, match=r"list architecture go by \['conv2d', 'code'\]"):
        model.set_params(architecture__0__units=3)
    with pytest.raises(ValueError, match="Write '0__units'"):
        Sequential([Dense(3)]).set_params(layers__0__units=3)
    coder = sk.AutoencoderTransformer(architecture=[[Dense(3)], [Dense(4)]])
    with pytest.raises(ValueError, match=r"\['encoder_dense', 'decoder_dense'\]"):
        coder.set_params(architecture__0__0__units=3)


def test_what_has_no_parameters():
    said = r"MLPClassifier: hidden_layer_sizes=\(100,\) has no parameters of its own"
    with pytest.raises(ValueError, match=said):
        sk.MLPClassifier().set_params(hidden_layer_sizes__0=3)
    with pytest.raises(ValueError, match="solver='adam' has no parameters of its own"):
        network().set_params(solver__beta_1=0.5)
