"""Data as the network reads it: checks, sources of rows, targets."""
