"""The whole query service on AWS, as a CDK app."""
