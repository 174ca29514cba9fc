"""The two stacks: data and application."""
