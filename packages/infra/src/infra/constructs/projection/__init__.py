"""The stream processor, its failure stores, and the operator tools as functions."""
