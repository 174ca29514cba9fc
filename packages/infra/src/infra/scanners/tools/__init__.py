"""Each scanner: how it runs, and what it may find, with reasons."""
