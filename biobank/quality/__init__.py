"""Samples, the tests done on them, and results against the specification."""
