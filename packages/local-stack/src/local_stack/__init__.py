"""The Query Service on one machine: emulator, event source, API and sample data."""
