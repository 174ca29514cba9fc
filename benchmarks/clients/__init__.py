"""Compares the AWS client with others that can call DynamoDB."""
