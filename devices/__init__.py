"""The instruments around the bench: freezers that report their temperature, and printers."""
