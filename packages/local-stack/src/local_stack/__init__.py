"""The whole query service on one machine: emulator, tables, stream poller, API and sample data."""
