"""The Query Service on AWS, as a CDK app."""
