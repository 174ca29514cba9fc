"""Calls to AWS: DynamoDB client, error table, retries, deadline."""
