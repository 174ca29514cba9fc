"""Measures the product beside references, on one machine in one run: `nox -s bench`."""
