"""Compares the product with references, in one run on one machine: `nox -s bench`."""
