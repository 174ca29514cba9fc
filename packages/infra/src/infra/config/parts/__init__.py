"""The variables of a deployment, by what they configure."""
