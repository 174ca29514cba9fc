"""A stream poller that follows the rules of Lambda's event source mappings."""
