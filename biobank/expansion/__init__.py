"""Batches in culture: isolation, vessels, feeding, harvests, counts, and which way an aspirate goes."""
