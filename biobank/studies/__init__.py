"""Studies: what a trial demands, who takes part under which version, consent, sealed allocation, code break."""
