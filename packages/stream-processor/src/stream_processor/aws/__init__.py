"""Calls to AWS: DynamoDB client, mapping of errors, retries, deadline."""
