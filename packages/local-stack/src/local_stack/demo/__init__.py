"""The demo: its queries, sample data, results and printed commands."""
