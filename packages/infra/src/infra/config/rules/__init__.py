"""Rules between variables, by the group of the variables."""
