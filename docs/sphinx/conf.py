"""Configures Sphinx, which builds the site from Markdown files that GitHub shows too.

The source directory is the repository's root, so that a link to a README or a source file works
in both. `nox -s docs` runs Sphinx and makes every warning an error.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "Query Service"
project_copyright = "the authors of the Query Service; MIT licensed"
root_doc = "docs/index"
include_patterns = [
    "README*.md",
    "CONTRIBUTING.md",
    "RELEASING.md",
    "SECURITY.md",
    "docs/**.md",
    "packages/*/README.md",
    "packages/*/CHANGELOG.md",
]
# Otherwise Sphinx walks through every environment that nox has created.
exclude_patterns = [".*", "dist", "site", "**/node_modules", "**/cdk.out", "**/tests"]

extensions = ["myst_parser", "diagrams", "navigation", "pictures", "reference", "search"]
source_suffix = {".md": "markdown"}
myst_heading_anchors = 4  # GitHub's anchors, so that #links work in both
myst_fence_as_directive = ["mermaid"]
nitpicky = True

html_theme = "furo"
html_title = "Query Service"
html_favicon = "favicon.svg"
html_static_path = ["site.css"]
html_css_files = ["site.css"]
html_extra_path = ["index.html"]
html_copy_source = False
html_show_sphinx = False
html_theme_options = {
    # The system's fonts: pages load nothing from other hosts.
    "light_css_variables": {
        "font-stack": "system-ui, 'PingFang TC', 'Microsoft JhengHei', 'Noto Sans TC', sans-serif"
    },
}
