"""The constructs of the stacks, by capability."""
