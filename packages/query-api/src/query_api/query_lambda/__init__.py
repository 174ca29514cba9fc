"""The read model behind the query Lambda: its client, codec and function."""
