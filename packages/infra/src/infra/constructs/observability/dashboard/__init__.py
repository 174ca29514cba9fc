"""The dashboard, row by row."""
