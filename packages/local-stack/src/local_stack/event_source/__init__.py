"""An event source mapping as Lambda's: reads the stream, invokes the function, retries."""
