"""cdk-nag: exemptions with reasons, and the report."""
