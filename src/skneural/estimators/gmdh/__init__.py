"""The group method of data handling: polynomials that choose their own structure."""
