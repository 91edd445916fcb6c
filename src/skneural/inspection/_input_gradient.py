from ._scored import Scored


def input_gradient(estimator, X, target=None):
    scored = Scored(estimator, X, target, "input_gradient")
    return scored.gradients(scored.X)
