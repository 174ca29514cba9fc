"""The container image, built and tried without a container engine."""
