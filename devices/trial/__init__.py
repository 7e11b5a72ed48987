"""A trial that does not exist: simulated people who walk every step of the path through the HTTP interface."""
