"""The stream processor beside a plain one, and its import beside boto3's."""
