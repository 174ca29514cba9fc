"""Compares the operator tools with plain loops over boto3."""
