"""The tests of monitoring share the database of the tests of ingest."""

from tests.telemetry import installation

__all__ = ["installation"]
