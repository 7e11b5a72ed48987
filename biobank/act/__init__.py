"""One act: a person does one coded thing at one time, in one transaction."""
