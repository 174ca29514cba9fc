"""Calls to AWS through boto3: mapping of errors, retries."""
