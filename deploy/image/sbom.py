"""Software bill of materials of the image (CycloneDX): packages of Debian and Python, and fonts, as its records say."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_string
from importlib.metadata import Distribution, distributions
from pathlib import Path

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

DPKG = "var/lib/dpkg/status"
FONTS = "srv/rollcall/services/*/*/fonts/packages.csv"
LIBRARIES = "opt/rollcall/lib/python*/site-packages"


def document(root: Path, digest: str, when: int) -> str:
    """root: of the image's file system. when: seconds, of the release; the same image has the same document."""
    components = [*debian(root), *python(root), *fonts(root)]
    bom = Bom(components=components, serial_number=uuid.uuid5(uuid.NAMESPACE_OID, digest))
    bom.metadata.timestamp = datetime.fromtimestamp(when, UTC)
    purl = PackageURL("oci", name="rollcall", version=digest)
    bom.metadata.component = Component(
        name="rollcall", version=digest, type=ComponentType.CONTAINER, purl=purl, bom_ref="image"
    )
    bom.register_dependency(bom.metadata.component, components)
    return JsonV1Dot6(bom).output_as_string(indent=1)


def debian(root: Path) -> Iterator[Component]:
    for stanza in (root / DPKG).read_text().strip().split("\n\n"):
        package = message_from_string(stanza)
        name, version = package["Package"], package["Version"]
        purl = PackageURL("deb", "debian", name, version, {"arch": package["Architecture"]})
        yield Component(name=name, version=version, purl=purl, bom_ref=purl.to_string())


def python(root: Path) -> Iterator[Component]:
    for library in distributions(path=[str(path) for path in root.glob(LIBRARIES)]):
        purl = PackageURL("pypi", name=library.name.lower().replace("_", "-"), version=library.version)
        yield Component(
            name=library.name, version=library.version, purl=purl, bom_ref=purl.to_string(), licenses=_licence(library)
        )


def fonts(root: Path) -> Iterator[Component]:
    """Fonts that lie in the code: npm packages of one file each."""
    for path in root.glob(FONTS):
        for font in csv.DictReader(path.read_text().splitlines()):
            group, name = font["package"].split("/")
            purl = PackageURL("npm", group, name, font["version"])
            licences = [LicenseExpression(font["licence"])]
            yield Component(
                name=name, group=group, version=font["version"], purl=purl, bom_ref=purl.to_string(), licenses=licences
            )


def _licence(library: Distribution) -> list[LicenseExpression]:
    expression = library.metadata.json.get("license_expression")
    return [LicenseExpression(expression)] if isinstance(expression, str) else []
