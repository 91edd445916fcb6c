"""The time of a training batch, step by step."""
