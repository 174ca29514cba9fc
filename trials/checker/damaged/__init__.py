"""Stream events of which a part is damaged."""
