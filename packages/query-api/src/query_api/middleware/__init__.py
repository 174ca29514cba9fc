"""ASGI middlewares, from the outside in: observed, admitted, watched."""
