"""What went otherwise than written, what was found to be the cause, and what was done about it."""
