"""Takes pictures of the console: `python -m tools.screenshots [--readme]`."""
