"""Cyclic garbage is looked for once in a while: by default Python looks through all that was ever imported again and again."""

import gc

gc.set_threshold(100_000, 20, 100)
