"""What the service tells about itself: a line for each request, metrics, and its own errors."""
