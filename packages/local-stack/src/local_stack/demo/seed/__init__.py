"""Command records as real senders write them, with incidents to find; repeatable by a seed."""
