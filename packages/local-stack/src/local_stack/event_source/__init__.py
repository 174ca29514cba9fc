"""Lambda's event source mapping on this machine: reads the stream, invokes, retries."""
