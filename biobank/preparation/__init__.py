"""The hours before a dose: thaw, recount, draw up, make up to the fixed volume, and fill the kit."""
