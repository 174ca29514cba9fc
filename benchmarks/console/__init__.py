"""What the console costs a browser: bytes, requests, and the time until something is seen."""
