"""The client without its I/O: requests, responses, walks, sums, and when to retry."""
