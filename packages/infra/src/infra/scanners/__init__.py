"""Outside scanners over the templates of many configurations, each finding with a reason."""
