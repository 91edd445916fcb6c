"""Estimators of any stack of layers."""
