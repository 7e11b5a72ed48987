"""Freezing runs, frozen units, the positions that they lie in, and the seconds of warmth charged to each."""
