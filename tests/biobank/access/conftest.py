"""The tests of people share the database of the tests of ingest."""

from tests.telemetry import installation, server

__all__ = ["installation", "server"]
