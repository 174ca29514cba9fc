from tools.release.checksums import write_checksums
from tools.release.command import run


def test_the_sums_are_as_sha256sum_checks_them(tmp_path):
    (tmp_path / "a.whl").write_bytes(b"wheel")
    (tmp_path / "b.tar.gz").write_bytes(b"sdist")

    text = write_checksums(tmp_path)

    run("sha256sum", "--check", "--strict", "SHA256SUMS", folder=tmp_path)
    assert [line.split()[1] for line in text.splitlines()] == ["a.whl", "b.tar.gz"]


def test_the_sums_are_no_part_of_themselves(tmp_path):
    (tmp_path / "a.whl").write_bytes(b"wheel")

    assert write_checksums(tmp_path) == write_checksums(tmp_path)
