"""HTTP/1.1 on one connection: bytes in, one whole request after another to the application."""
