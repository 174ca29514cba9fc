"""The stream processor, its failure stores, the operator tools, and the role for personal data."""
