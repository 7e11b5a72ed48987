"""Words that must not be shown any more: a signed line lies over them, and the entry beneath stays as it is."""
