"""The AWS emulator: its process, clients, resources and data directory."""
