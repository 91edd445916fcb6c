"""Training, from data and a network to a record of the epochs."""
