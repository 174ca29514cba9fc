import shutil
import tarfile
import zipfile

import pytest
from aws_cdk import App, FileSystem, Stack
from aws_cdk.aws_ecr_assets import DockerImageAsset

from infra.bundling import BUNDLES, write_bundle
from testing.cyclonedx import decode_valid_bill
from tools.release.build import write_image_context
from tools.release.command import run
from tools.release.packages import load_packages
from tools.release.repository import Repository

SERVICE_PACKAGES = ("query-api", "stream-processor")


@pytest.fixture(scope="module")
def this_clone(make_clone, root, tmp_path_factory):
    """This repository as it is on disk; its own working tree may be shallow, or one of several."""
    clone = make_clone(tmp_path_factory.mktemp("this"))
    for path in Repository(root).list_files():
        (clone.root / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / path, clone.root / path)
    clone.initialize()
    return clone


@pytest.fixture(scope="module")
def built(this_clone):
    result = this_clone.run("build", *SERVICE_PACKAGES)
    assert result.returncode == 0, result.stderr
    return this_clone


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
    run("git", "clone", "--quiet", str(built.root), str(tmp_path / "other"), folder=tmp_path)
    other = type(built)(tmp_path / "other")

    other.run("build", *SERVICE_PACKAGES)

    artefacts = [*built.root.glob("dist/*/*")]
    assert len(artefacts) == 7 + 8
    for path in artefacts:
        again = other.root / path.relative_to(built.root)
        assert path.read_bytes() == again.read_bytes(), path.name


@pytest.mark.parametrize("spec", BUNDLES, ids=lambda spec: spec.name)
def test_a_zip_holds_what_the_cdk_deploys(built, tmp_path, spec):
    deployed, unpacked = tmp_path / "deployed", tmp_path / "unpacked"
    write_bundle(spec, deployed)

    name = spec.name.replace("-", "_")
    (path,) = built.root.glob(f"dist/{spec.distribution}/{name}-*-lambda.zip")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(unpacked)  # noqa: S202 - the test's own build

    assert FileSystem.fingerprint(str(unpacked)) == FileSystem.fingerprint(str(deployed))


def test_the_bill_of_a_package_lists_dependencies_and_vendored_files(built):
    (path,) = built.root.glob("dist/query-api/query_api-?.?.?.cdx.json")

    bill = decode_valid_bill(path.read_text())

    listed = {each["name"] for each in bill["components"]}
    assert {"litestar", "notification-models", "swagger-ui-dist"} <= listed


@pytest.mark.parametrize("spec", BUNDLES, ids=lambda spec: spec.name)
def test_the_bill_of_a_zip_lists_what_is_in_it(built, spec):
    name = spec.name.replace("-", "_")
    (path,) = built.root.glob(f"dist/{spec.distribution}/{name}-*-lambda.cdx.json")
    with zipfile.ZipFile(path.with_name(path.name.replace(".cdx.json", ".zip"))) as archive:
        folders = {name.split("/")[0] for name in archive.namelist()}

    bill = decode_valid_bill(path.read_text())

    zipped = [each.split("-")[0].lower() for each in folders if each.endswith(".dist-info")]
    listed = [each["name"] for each in bill["components"] if "npm" not in each["bom-ref"]]
    assert sorted(zipped) == sorted(each.replace("-", "_") for each in listed)


def list_image_context(clone, name, target):
    write_image_context(clone.repository, load_packages(clone.root)[name], target)
    with tarfile.open(target) as archive:
        return set(archive.getnames())


def test_the_image_context_is_what_the_cdk_builds_from(this_clone, tmp_path):
    names = list_image_context(this_clone, "query-api", tmp_path / "context.tar")

    assert names == stage(this_clone, tmp_path / "cdk")
    assert "packages/query-api/Dockerfile" in names


def test_a_dockerfile_with_its_own_ignore_file_has_its_own_context(this_clone, tmp_path):
    names = list_image_context(this_clone, "local-stack", tmp_path / "context.tar")

    assert "packages/local-stack/src/local_stack/cli.py" in names
    assert "packages/local-stack/Dockerfile.dockerignore" in names
    assert ".dockerignore" not in names


def test_an_unknown_package_is_refused(unreleased):
    result = unreleased.run("build", "nothing")

    assert result.returncode == 1
    assert "no package 'nothing'" in result.stderr
