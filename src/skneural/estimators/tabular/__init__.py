"""Networks for tables of numbers and categories."""
