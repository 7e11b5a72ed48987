"""Where the records lie: the laboratory's own PostgreSQL, its logins, and one pool of connections for each of them."""
