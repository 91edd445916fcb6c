"""The project's targets besides training throughput."""
