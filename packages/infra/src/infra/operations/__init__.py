"""What is done to a deployment beside deploying it. The CDK app itself needs nothing of this."""
