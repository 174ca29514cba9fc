"""Compares the stream processor with a plain one, and its import with boto3's."""
