"""Lots of reagents and saline, equipment, and the calibration that both rest on."""
