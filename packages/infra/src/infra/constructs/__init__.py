"""One capability of the system each."""
