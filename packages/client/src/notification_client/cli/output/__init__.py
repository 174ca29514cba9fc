"""What the command prints: tables, CSV, NDJSON and JSON."""
