"""The figures that the project promises, measured: `python -m benchmarks` (see README.md)."""
