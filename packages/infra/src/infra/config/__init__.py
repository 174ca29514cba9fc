"""The deployment's configuration: model, values, rules between them, source."""
