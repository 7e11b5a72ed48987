"""Kits at the bedside: fetched, handed over, given to their own participant at their visit, and the remains."""
