"""The watch over the freezers: sensors, their readings, and the times when it was too warm."""
