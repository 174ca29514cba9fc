"""The access log, the metrics and the error log."""
