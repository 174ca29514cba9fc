"""What the read model must be, worked out without the code that is checked."""
