"""Puts load on a service: connections, requests, and clients that do not read."""
