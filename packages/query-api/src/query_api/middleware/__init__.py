"""ASGI middlewares: `ObservedApp` around `Admission` around the routes."""
