"""The Query Service on one machine: emulator, stream poller, API and sample data."""
