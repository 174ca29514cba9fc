"""What several test folders and programs share: each thing once."""
