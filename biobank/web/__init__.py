"""From a request to an act: who asks, what they may ask, and how a refusal is worded."""
