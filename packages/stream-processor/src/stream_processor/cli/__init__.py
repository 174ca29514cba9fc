"""The command `stream-processor`."""
