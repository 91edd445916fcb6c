"""MLflow's flavour for scikit-learn logs pipelines with estimators of this library, by skops."""

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from _saved_models import digits
from skneural import MLPClassifier

mlflow_sklearn = pytest.importorskip("mlflow.sklearn", reason="mlflow is not installed")
skops = pytest.importorskip("skops.io", reason="skops is not installed")

pytestmark = [
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.needs_jit(reason="fits a pipeline"),
]


@pytest.fixture
def run(tmp_path, monkeypatch):
    import mlflow

    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")  # mlflow-skinny has no other store
    mlflow.set_tracking_uri(tmp_path.as_uri())
    mlflow.set_experiment("tests")
    with mlflow.start_run():
        yield


@pytest.fixture
def pipeline():
    network = MLPClassifier((4,), max_iter=2, random_state=0)
    return make_pipeline(StandardScaler(), network).fit(*digits())


def test_a_pipeline(pipeline, run):
    trusted = skops.get_untrusted_types(data=skops.dumps(pipeline))
    assert trusted == ["skneural.estimators.mlp.mlp.MLPClassifier"]
    info = mlflow_sklearn.log_model(pipeline, name="model", skops_trusted_types=trusted)
    loaded = mlflow_sklearn.load_model(info.model_uri)
    X, _ = digits()
    assert np.array_equal(loaded.predict_proba(X), pipeline.predict_proba(X))


def test_the_error_without_trust_names_the_public_class(pipeline, run):
    with pytest.raises(Exception, match=r"untrusted types.*MLPClassifier'\]"):
        mlflow_sklearn.log_model(pipeline, name="model")
