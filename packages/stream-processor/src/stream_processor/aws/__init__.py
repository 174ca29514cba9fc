"""Calls to AWS of the operator tools: a client for threads, errors of boto3, retries."""
