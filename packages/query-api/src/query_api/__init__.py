"""Internal HTTP API for queries about sent notifications."""
