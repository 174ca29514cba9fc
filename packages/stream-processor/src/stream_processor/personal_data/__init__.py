"""Exports and erases what both tables hold of one person."""
