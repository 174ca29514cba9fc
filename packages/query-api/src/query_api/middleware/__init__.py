"""ASGI middlewares: `ObservedApp` around `Admission` around `ExactPath` around the routes."""
