"""Bills of materials (SBOMs) of what is built; the image's build runs this with Python alone."""
