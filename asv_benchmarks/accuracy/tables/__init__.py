"""Accuracy on tables with categories and holes, beside what else stands in a search."""
