"""Internal HTTP API that answers questions about sent notifications from the read model."""
