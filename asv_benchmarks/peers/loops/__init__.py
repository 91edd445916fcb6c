"""Training loops and models of the libraries that have no estimator for a workload."""
