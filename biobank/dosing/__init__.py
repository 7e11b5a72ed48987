"""How many cells this patient gets, and how many frozen units must be thawed for them."""
