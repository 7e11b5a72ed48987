"""What the laboratory and the ward see in a browser: one scan box, and the acts open to this person."""
