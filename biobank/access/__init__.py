"""People, the side each of them works on, their roles, sessions, badges and signatures."""
