"""The stream path: decode, project, write; poison to the quarantine."""
