"""An independent random check of the stream processor, with an oracle of its own."""
