"""Looks up known vulnerabilities of the locked packages; started by nox."""
