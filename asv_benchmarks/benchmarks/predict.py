"""Time of a prediction, of many rows and of one."""

from .common import Fitted


class MLPClassifierPredict(Fitted):
    """Classes and probabilities."""

    def time_predict(self, representation):
        self.estimator.predict(self.X)

    def time_predict_proba(self, representation):
        self.estimator.predict_proba(self.X)

    def time_predict_proba_one_row(self, representation):
        self.estimator.predict_proba(self.X[:1])


class MLPRegressorPredict(Fitted):
    """Values."""

    regression = True

    def time_predict(self, representation):
        self.estimator.predict(self.X)

    def time_predict_one_row(self, representation):
        self.estimator.predict(self.X[:1])


class Diagnosis(Fitted):
    """What `diagnose` takes, most of it for plans that are built anew."""

    params = (("narrow", "wide"),)

    def time_diagnose(self, representation):
        from skneural.inspection import diagnose

        diagnose(self.estimator, self.X, self.y)
