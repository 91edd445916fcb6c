"""A network: its layers, parameters, training sessions and predictions."""
