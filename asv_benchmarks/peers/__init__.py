"""Other libraries on the same workloads, and the report that compares them."""
