#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The bill of materials of a build, as SPDX 2.3: what the programs are linked with.

Usage: sbom.py BUILD-FOLDER OUTPUT. Versions are those that meson found; the date is that of the
commit, so that two runs give the same bytes.
"""
import json
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

# pkg-config's name: the library's licence, by its own word.
LICENCES = {
    "yaml-0.1": "MIT", "libsystemd": "LGPL-2.1-or-later", "libcgroup": "LGPL-2.1-only",
    "json-c": "MIT", "libcurl": "curl",
    "ncursesw": "X11-distribute-modifications-variant", "libbpf": "LGPL-2.1-only OR BSD-2-Clause",
}


def package(name, version, licence, number):
    return {"SPDXID": f"SPDXRef-{number}", "name": name, "versionInfo": version,
            "downloadLocation": "NOASSERTION", "filesAnalyzed": False, "licenseConcluded": licence,
            "licenseDeclared": licence, "copyrightText": "NOASSERTION"}


def introspect(build, what):
    return json.loads((build / "meson-info" / f"intro-{what}.json").read_text())


def main():
    build, output = Path(sys.argv[1]), Path(sys.argv[2])
    project = introspect(build, "projectinfo")
    found = {d["name"]: d["version"] for d in introspect(build, "dependencies") if d["name"] in LICENCES}
    missing = set(LICENCES) - set(found)
    if missing:
        sys.exit(f"not in this build: {', '.join(sorted(missing))}; a release has everything in it")
    seconds = int(subprocess.check_output(
        ["git", "-c", "safe.directory=*", "-C", str(build.parent), "log", "-1", "--format=%ct"]))
    packages = [package("cgfifo", project["version"], "GPL-2.0-only", 0)]
    for number, (name, version) in enumerate(sorted(found.items()), 1):
        packages.append(package(name, version, LICENCES[name], number))
    relations = [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-0"}]
    relations += [{"spdxElementId": "SPDXRef-0", "relationshipType": "DYNAMIC_LINK", "relatedSpdxElement": p["SPDXID"]}
                  for p in packages[1:]]
    name = f"cgfifo-{project['version']}"
    output.write_text(json.dumps({
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": name,
        "documentNamespace": f"https://spdx.org/spdxdocs/{name}-{seconds}",
        "creationInfo": {"created": datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
                         "creators": ["Tool: tests/env/sbom.py"]},
        "packages": packages, "relationships": relations}, indent=1) + "\n")


if __name__ == "__main__":
    main()
