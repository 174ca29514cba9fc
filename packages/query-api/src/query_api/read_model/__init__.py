"""The read model's port and the access patterns over it."""
