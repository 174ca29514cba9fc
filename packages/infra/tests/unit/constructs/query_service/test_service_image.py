"""The image built from the package's Dockerfile."""

import json
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ecs as ecs

from infra.config.model import Config
from infra.constructs.query_service.service_image import create_service_image

FILES = {
    ".dockerignore": "*\n!packages\npackages/*/*\n!packages/query-api/src\n",
    "README.md": "",
    "packages/query-api/Dockerfile": "FROM scratch",
    "packages/query-api/src/query_api/asgi.py": "",
    "packages/query-api/tests/unit/test_asgi.py": "",
}


@pytest.fixture
def repository(tmp_path):
    root = tmp_path / "repository"
    for name, content in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return root


@pytest.fixture
def stage(repository, tmp_path):
    """Synthesize a task with the image; returns the asset's hash, source and build context."""

    def synthesize(name):
        app = cdk.App(outdir=str(tmp_path / name), analytics_reporting=False)
        stack = cdk.Stack(app, "stack")
        task = ecs.FargateTaskDefinition(stack, "Task")
        task.add_container("c", image=create_service_image(stack, Config(), repository))
        directory = Path(app.synth().directory)
        manifest = json.loads((directory / "stack.assets.json").read_text())
        ((asset_hash, asset),) = manifest["dockerImages"].items()
        return asset_hash, asset["source"], directory / asset["source"]["directory"]

    return synthesize


def test_the_dockerfile_of_the_package_is_built_for_arm(stage):
    _, source, _ = stage("first")

    assert source["dockerFile"] == "packages/query-api/Dockerfile"
    assert source["platform"] == "linux/arm64"


def test_the_build_context_is_the_dockerfile_and_what_dockerignore_includes(stage):
    _, _, folder = stage("first")

    seen = {str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file()}

    assert seen == {
        ".dockerignore",
        "packages/query-api/Dockerfile",
        "packages/query-api/src/query_api/asgi.py",
    }


def test_the_output_of_a_synth_is_not_in_the_build_context(stage, repository):
    (repository / ".dockerignore").unlink()
    (repository / "packages/infra/cdk.out").mkdir(parents=True)
    (repository / "packages/infra/cdk.out/manifest.json").write_text("{}")

    _, _, folder = stage("first")

    assert (folder / "README.md").exists()
    assert not list(folder.rglob("cdk.out"))


def test_a_changed_test_gives_the_same_image(stage, repository):
    before, _, _ = stage("before")
    (repository / "packages/query-api/tests/unit/test_asgi.py").write_text("changed")

    after, _, _ = stage("after")

    assert after == before


def test_a_changed_service_gives_another_image(stage, repository):
    before, _, _ = stage("before")
    (repository / "packages/query-api/src/query_api/asgi.py").write_text("changed")

    after, _, _ = stage("after")

    assert after != before
