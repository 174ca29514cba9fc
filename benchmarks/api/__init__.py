"""The query API beside services as most are written, and beside a route that does nothing."""
