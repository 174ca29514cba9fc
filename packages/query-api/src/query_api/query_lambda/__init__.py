"""The read model behind the query Lambda: its client side, codec and function."""
