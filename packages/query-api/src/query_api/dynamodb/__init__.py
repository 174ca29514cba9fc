"""The read model in DynamoDB."""
