"""Artefacts, releases and what guards them, package by package; `nox` runs it."""
