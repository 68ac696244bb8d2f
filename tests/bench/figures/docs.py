# SPDX-License-Identifier: GPL-2.0-only
"""The figures in the documentation.

In: Case objects of a run, docs/benchmarks.json with what was there before. Out: the same file with
the new figures in place of the old ones, and made of it: the tables in docs/BENCHMARKS.md between
"<!-- bench CASE KERNEL -->" and "<!-- end -->", and docs/benchmarks.svg.
"""
import re

from . import picture, read, table

PICTURE_OF = "7.3"


def update(top, cases: list):
    data = top / "docs/benchmarks.json"
    kept = table.from_json(data.read_text()) if data.exists() else []
    new = {(case.name, case.kernel): case for case in cases if case.rows}
    merged = [new.pop((case.name, case.kernel), case) for case in kept] + list(new.values())
    make(top, merged)
    data.write_text(table.as_json(merged))


def make(top, cases: list):
    """What is made of the figures."""
    page = top / "docs/BENCHMARKS.md"
    page.write_text(fill(page.read_text(), cases))
    (top / "docs/benchmarks.svg").write_text(picture.draw([c for c in cases if c.kernel == PICTURE_OF]))


def fill(text: str, cases: list) -> str:
    """The page with every table in its place."""
    for case in cases:
        mark = f"<!-- bench {case.name} {case.kernel} -->"
        block = "\n".join(("    " + line).rstrip() for line in table.as_text(case).splitlines())
        text, places = re.subn(rf"{re.escape(mark)}\n.*?<!-- end -->",
                               lambda _: f"{mark}\n\n{block}\n\n<!-- end -->", text, flags=re.S)
        if places != 1:
            raise read.BadLine(f"docs/BENCHMARKS.md has no place for {case.name} on {case.kernel}: "
                               f"add a line '{mark}' and below it '<!-- end -->'")
    return text
