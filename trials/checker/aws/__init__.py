"""AWS in memory, as the wire shows it: tables, a queue, a bucket; one step for each call."""
