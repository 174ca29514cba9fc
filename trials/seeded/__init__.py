"""Seeded records with an incident: found by two questions, and counted as generated."""
