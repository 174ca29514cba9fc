"""Vendors the npm packages of the console: `python -m tools.vendor [PACKAGE@VERSION …]`."""
