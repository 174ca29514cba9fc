"""Programs run against a deployment: smoke test, rollback, next steps. The CDK app needs none."""
