"""The rehearsal of a deployment: the CDK app deployed to an emulator, tried, and destroyed."""
