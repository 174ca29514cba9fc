"""A rehearsal of a deployment: the CDK app deployed to the emulator, tried, and destroyed."""
