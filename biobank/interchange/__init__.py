"""Records handed to other houses in their own formats: FHIR, EPCIS, MIABIS."""
