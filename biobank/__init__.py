"""The patient's own cells from the marrow to the syringe: every hand, vessel, place and decision on the way."""
