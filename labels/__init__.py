"""What stands on the tube, the bag and the box: codes with their check characters, symbols, and labels as PDF."""
