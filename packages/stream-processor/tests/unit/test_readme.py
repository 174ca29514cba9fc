import re
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"


def test_the_example_in_the_readme_works():
    (example,) = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)

    exec(compile(example, str(README), "exec"), {})  # noqa: S102 - our own README
