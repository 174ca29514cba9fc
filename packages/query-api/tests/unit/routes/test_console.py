import gzip
import re
from importlib.resources import files

import pytest
from litestar.testing import TestClient

FOLDER = files("query_api") / "console"


def get_links(page):
    found = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    return [each for each in found if not each.startswith("data:")]


@pytest.fixture
def main(client):
    """The path of the module that the page runs."""
    (script,) = re.findall(r'<script type="module" src="([^"]+)">', client.get("/console").text)
    return f"/{script}"


@pytest.mark.parametrize("path", ["/console", "/v1/console"])
def test_every_link_of_the_page_works_under_the_same_prefix(client, path):
    page = client.get(path)

    parts = [page.url.join(link) for link in get_links(page)]
    assert len(parts) > 10
    for part in parts:
        response = client.get(part)
        assert response.status_code == 200, part
        assert response.headers["Content-Type"].startswith(("text/css", "text/javascript"))


def test_the_page_works_below_a_root_path(service):
    with TestClient(service, root_path="/team") as client:
        page = client.get("/team/console")
        (script,) = re.findall(r'<script type="module" src="([^"]+)">', page.text)

        assert client.get(page.url.join(script)).status_code == 200


def test_every_module_imports_only_modules_that_are_served(client, main):
    prefix = client.get("/console").url.join(main.removesuffix("main.js"))

    modules = [path for path in walk(FOLDER) if path.endswith((".js", ".mjs"))]
    assert "main.js" in modules
    for module in modules:
        source = client.get(prefix.join(module)).text
        for imported in re.findall(r'\bfrom ?"([^"\n]+)";', source):
            assert imported.startswith("."), (module, imported)
            assert client.get(prefix.join(module).join(imported)).status_code == 200, imported


def walk(folder, prefix=""):
    for each in folder.iterdir():
        if each.is_dir():
            yield from walk(each, f"{prefix}{each.name}/")
        else:
            yield prefix + each.name


@pytest.mark.parametrize("which", ["page", "asset"])
def test_the_page_may_not_load_anything_from_another_host(client, main, which):
    headers = client.get({"page": "/console", "asset": main}[which]).headers

    directives = [each.split() for each in headers["Content-Security-Policy"].split(";")]
    assert directives[0] == ["default-src", "'none'"]
    sources = {source for _, *sources in directives for source in sources}
    assert sources == {"'none'", "'self'", "data:"}
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"


def test_the_page_has_no_script_or_style_of_its_own(client):
    page = client.get("/console").text

    assert re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL) == [""]
    assert re.findall(r"<style|style=|\bon\w+=", page) == []


def test_parts_are_cached_for_good_and_the_page_is_revalidated(client, main):
    page = client.get("/console")

    again = client.get("/console", headers={"If-None-Match": page.headers["ETag"]})

    assert page.headers["Cache-Control"] == "no-cache"
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(main).headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_head_has_the_headers_of_a_part_and_no_body(client, main):
    get, head = client.get(main), client.head(main)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == get.headers["Content-Length"] == str(len(get.content))


@pytest.mark.parametrize(
    "name",
    [
        "index.html",
        "package.json",
        "vendor",
        "vendor/preact/LICENSE",
        "vendor/preact/component.cdx.json",
        "nothing.js",
    ],
)
def test_no_other_file_is_served(client, main, name):
    assert client.get(main.replace("main.js", name)).status_code == 404


@pytest.mark.parametrize("path", ["/console//", "/console//main.js", "/console/main.js"])
def test_a_part_has_no_other_path(client, path):
    assert client.get(path).status_code == 404


def test_a_part_of_another_version_is_not_found(client, main):
    _, digest, _ = main.strip("/").split("/")

    assert client.get(main.replace(digest, "0" * len(digest))).status_code == 404


def test_the_page_and_its_parts_are_small():
    served = [path for path in walk(FOLDER) if path.endswith((".css", ".html", ".js", ".mjs"))]

    size = sum(len(gzip.compress(FOLDER.joinpath(path).read_bytes())) for path in served)

    assert 10_000 < size < 200_000


@pytest.mark.parametrize(
    ("path", "location", "target"),
    [
        ("/", "console", "/console"),
        ("/v1", "v1/console", "/v1/console"),
        ("/v1/", "console", "/v1/console"),
    ],
)
def test_the_root_redirects_to_the_page_under_the_same_prefix(client, path, location, target):
    response = client.get(path)

    (redirect,) = response.history
    assert (redirect.status_code, redirect.headers["Location"]) == (307, location)
    assert (response.status_code, response.url.path) == (200, target)


@pytest.mark.parametrize("path", ["/console", "/v1/console"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_slash_at_the_end_redirects_to_the_page_under_the_same_prefix(client, method, path):
    response = client.request(method, f"{path}/")

    (redirect,) = response.history
    assert (redirect.status_code, redirect.headers["Location"]) == (307, "../console")
    assert (response.status_code, response.url.path) == (200, path)


def test_a_slash_at_the_end_redirects_to_the_page_below_a_root_path(service):
    with TestClient(service, root_path="/team") as client:
        response = client.get("/team/console/")

    assert (response.status_code, response.url.path) == (200, "/team/console")


def test_the_root_can_only_be_read(client):
    assert client.post("/").status_code == 405
