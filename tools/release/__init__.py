"""Builds, releases and guards the packages one by one; started by nox."""
