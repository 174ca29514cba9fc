"""Counts the rows of a query: a plan without I/O, its reads, and their codec."""
