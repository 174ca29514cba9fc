"""What the rehearsal does, one module for each part of a deployment's life."""
