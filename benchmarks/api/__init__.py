"""Compares the query API with typical services and with a constant route."""
