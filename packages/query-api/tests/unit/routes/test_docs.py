import json
import re
from hashlib import sha256
from importlib.resources import files

import pytest

VENDORED = files("query_api") / "docs_page" / "swagger_ui"
COMPONENT = json.loads((VENDORED / "component.cdx.json").read_text())


def test_the_vendored_files_are_those_of_their_package():
    described = {each["name"]: each["hashes"][0]["content"] for each in COMPONENT["components"]}

    digests = {
        each.name: sha256(each.read_bytes()).hexdigest()
        for each in VENDORED.iterdir()
        if each.name not in {"README.md", "component.cdx.json"}
    }

    assert digests
    assert digests == described


def test_the_vendored_package_has_one_version_wherever_it_is_named():
    version = COMPONENT["version"]

    assert COMPONENT["purl"] == COMPONENT["bom-ref"] == f"pkg:npm/swagger-ui-dist@{version}"
    assert (VENDORED / "README.md").read_text().startswith(f"# swagger-ui-dist {version}\n")


@pytest.mark.parametrize("path", ["/docs", "/v1/docs"])
def test_every_link_of_the_page_works_under_the_same_prefix(client, path):
    page = client.get(path)

    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    parts = [page.url.join(link) for link in links if not link.startswith("data:")]
    assert len(parts) == 4
    for part in parts:
        response = client.get(part)
        assert response.status_code == 200, part
        assert response.headers["Content-Type"].startswith(("text/css", "text/javascript"))


def test_the_page_may_not_load_anything_from_another_host(client):
    for path in ("/docs", "/docs/page.js"):
        headers = client.get(path).headers

        directives = [each.split() for each in headers["Content-Security-Policy"].split(";")]
        assert directives[0] == ["default-src", "'none'"]
        sources = {source for _, *sources in directives for source in sources}
        assert sources == {"'none'", "'self'", "data:"}
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_page_has_no_script_of_its_own(client):
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", client.get("/docs").text, re.DOTALL)

    assert scripts == ["", ""]


def test_an_unchanged_part_is_not_sent_again(client):
    known = client.get("/docs/swagger-ui-bundle.js").headers["ETag"]

    again = client.get("/docs/swagger-ui-bundle.js", headers={"If-None-Match": known})
    other = client.get("/docs/page.js", headers={"If-None-Match": known})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == known
    assert other.status_code == 200


@pytest.mark.parametrize(
    "name", ["index.html", "swagger_ui", "..%2F..%2Fasgi.py", "swagger_ui/LICENSE", "nothing.js"]
)
def test_no_other_file_is_served(client, name):
    assert client.get(f"/docs/{name}").status_code == 404
