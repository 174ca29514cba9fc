"""The references of the query API; uvicorn runs them all."""
