"""Lots of medium, reagents and saline: received under a code of ours, with their suppliers' numbers and expiry."""
