"""Numbered forms for when nothing else works: issued in pads, printed, entered afterwards, and every one accounted for."""
