"""Programs for an existing deployment: smoke test, rollback, next steps."""
