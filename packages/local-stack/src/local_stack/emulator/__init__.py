"""The AWS emulator: its process, its clients, its tables, its data directory."""
