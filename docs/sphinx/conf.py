"""Sphinx makes the site from the Markdown files where they are, so that GitHub shows them too.

The source directory is the repository's root: links to a package's README or a source file are
the same in both. `nox -s docs` runs it, every warning an error.
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
    "docs/**.md",
    "packages/*/README.md",
    "packages/*/CHANGELOG.md",
]
# Without these Sphinx walks through every environment that nox has made.
exclude_patterns = [".*", "dist", "site", "**/node_modules", "**/cdk.out", "**/tests"]

extensions = ["myst_parser", "diagrams", "navigation", "reference", "search"]
source_suffix = {".md": "markdown"}
myst_heading_anchors = 4  # the slugs that GitHub gives headings, so that #links work in both
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
    # The system's own fonts: pages load nothing from another host.
    "light_css_variables": {
        "font-stack": "system-ui, 'PingFang TC', 'Microsoft JhengHei', 'Noto Sans TC', sans-serif"
    },
}
