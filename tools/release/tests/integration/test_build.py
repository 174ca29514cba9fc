import tarfile
import zipfile

import pytest
from aws_cdk import App, FileSystem, Stack
from aws_cdk.aws_ecr_assets import DockerImageAsset
from tools.release.command import run

from infra.bundling import SERVICES, write_bundle


@pytest.fixture(scope="module")
def built(unreleased):
    """A clone with the artefacts of the two services."""
    result = unreleased.run("build", "query-api", "stream-processor")
    assert result.returncode == 0, result.stderr
    return unreleased


def read_artefacts(clone):
    return {
        str(path.relative_to(clone.root)): path.read_bytes() for path in clone.root.glob("dist/*/*")
    }


def stage(clone, folder):
    """Let the CDK copy what it would build the image from."""
    stack = Stack(App(outdir=str(folder)))
    DockerImageAsset(
        stack,
        "Image",
        directory=str(clone.root),
        file="packages/query-api/Dockerfile",
        exclude=["!packages/query-api/Dockerfile"],
    )
    (copied,) = folder.glob("asset.*")
    return {str(each.relative_to(copied)) for each in copied.rglob("*") if each.is_file()}


def test_two_builds_of_a_commit_give_the_same_bytes_in_any_clone(built, tmp_path):
    other = tmp_path / "other"
    run("git", "clone", "--quiet", str(built.root), str(other), folder=tmp_path)
    again = type(built)(other)

    again.run("build", "query-api", "stream-processor")

    first, second = read_artefacts(built), read_artefacts(again)
    assert len(first) == 6 + 5
    assert [name for name in first if first[name] != second.get(name)] == []


def test_the_zip_holds_what_the_cdk_deploys(built, tmp_path):
    deployed, unpacked = tmp_path / "deployed", tmp_path / "unpacked"
    write_bundle("stream-processor", deployed, services=SERVICES["stream-processor"])

    (path,) = built.root.glob("dist/stream-processor/*-lambda.zip")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(unpacked)  # noqa: S202 - made by ourselves above

    assert FileSystem.fingerprint(str(unpacked)) == FileSystem.fingerprint(str(deployed))


def test_the_image_s_context_is_what_the_cdk_builds_from(built, tmp_path):
    (path,) = built.root.glob("dist/query-api/*-context.tar")

    with tarfile.open(path) as archive:
        names = set(archive.getnames())

    assert names == stage(built, tmp_path / "cdk")
    assert "packages/query-api/Dockerfile" in names


def test_an_unknown_package_is_refused(clone):
    result = clone.run("build", "nothing")

    assert result.returncode == 1
    assert "there is no package 'nothing'" in result.stderr
