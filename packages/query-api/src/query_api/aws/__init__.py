"""Signed requests to AWS, on the event loop and at little cost; no service in particular."""
