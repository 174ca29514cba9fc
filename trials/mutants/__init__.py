"""Faults made on purpose in the stream processor; each must make a test fail."""
