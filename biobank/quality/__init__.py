"""Tests of the donor and of the product, and what their results say against the specification."""
