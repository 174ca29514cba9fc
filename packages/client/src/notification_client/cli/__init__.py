"""The command `notifications`."""
