"""Studies: what a trial demands, who takes part under which protocol version, consent, sealed allocation and code break."""
