"""The pipeline under duplicates, faults, poison and kills, then verified."""
