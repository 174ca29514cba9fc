import platform

import pytest

from testing.cyclonedx import decode_valid_bill
from tools.bill.image import describe_image

OS_RELEASE = """\
PRETTY_NAME="Debian GNU/Linux 13 (trixie)"
VERSION_ID="13"
ID=debian
"""
STATUS = """\
Package: libssl3t64
Status: install ok installed
Architecture: arm64
Source: openssl
Version: 3.5.7-1~deb13u3
Description: Secure Sockets Layer toolkit - shared libraries
 This package is part of the OpenSSL project's implementation.
 .
 Version: not this one

Package: gone
Status: deinstall ok config-files
Architecture: arm64
Version: 1.0

Package: perl-base
Status: install ok installed
Architecture: arm64
Version: 1:5.40.1-6+b1
"""


@pytest.fixture
def image(tmp_path):
    """The root of an image with two Debian packages, and its bill."""
    root = tmp_path / "root"
    environment = root / "opt" / "query-api"
    info = environment / "lib/python3.13/site-packages/query_api-0.1.0.dist-info"
    vendored = info.parent / "query_api" / "page"
    texts = {
        root / "etc/os-release": OS_RELEASE,
        root / "var/lib/dpkg/status": STATUS,
        info / "METADATA": "Metadata-Version: 2.4\nName: query-api\nVersion: 0.1.0\n",
        vendored / "component.cdx.json": '{"type": "library", "bom-ref": "swagger-ui-dist", '
        '"name": "swagger-ui-dist", "version": "5"}',
    }
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return decode_valid_bill(describe_image("query-api", environment, root))


def test_the_bill_of_an_image_lists_all_that_is_installed(image):
    listed = {each["name"]: (each["type"], each["version"]) for each in image["components"]}

    assert listed == {
        "debian": ("operating-system", "13"),
        "libssl3t64": ("library", "3.5.7-1~deb13u3"),
        "perl-base": ("library", "1:5.40.1-6+b1"),
        "cpython": ("platform", platform.python_version()),
        "query-api": ("library", "0.1.0"),
        "swagger-ui-dist": ("library", "5"),
    }


def test_the_subject_is_the_image_in_the_version_of_its_package(image):
    subject = image["metadata"]["component"]

    assert (subject["type"], subject["name"], subject["version"]) == (
        "container",
        "query-api-image",
        "0.1.0",
    )


def test_a_debian_package_has_the_address_by_which_scanners_find_it(image):
    addresses = [each["purl"] for each in image["components"] if "pkg:deb" in each.get("purl", "")]

    assert addresses == [
        "pkg:deb/debian/libssl3t64@3.5.7-1~deb13u3?arch=arm64&distro=debian-13",
        "pkg:deb/debian/perl-base@1:5.40.1-6%2Bb1?arch=arm64&distro=debian-13",
    ]
