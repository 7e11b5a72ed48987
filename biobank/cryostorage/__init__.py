"""Freezing runs, frozen units and the positions that they lie in; and what is lost: cultures, batches, units."""
