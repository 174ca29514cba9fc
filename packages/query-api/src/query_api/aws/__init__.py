"""A lean asyncio client for AWS's HTTP APIs."""
