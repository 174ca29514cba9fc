"""Deploys the stacks, and creates new ones so that a failed creation can be repeated."""
