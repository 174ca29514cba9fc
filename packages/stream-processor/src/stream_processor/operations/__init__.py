"""Operator tools: redrive, rebuild, verify, and the repair they share."""
