# SPDX-License-Identifier: GPL-2.0-only
"""The figures in the documentation.

In: Case objects of a run, docs/benchmarks.json with what was there before. Out: the same file with
the new figures in place of the old ones, and made of it: the tables in docs/BENCHMARKS.md between
"<!-- bench CASE KERNEL -->" and "<!-- end -->", one in README.md, and docs/benchmarks.svg.
"""
import re

from . import picture, read, table

PICTURE_OF = "7.3"
SUMMARY = ("switch", "7.3")     # the table in README.md


def update(top, cases: list):
    data = top / "docs/benchmarks.json"
    kept = table.from_json(data.read_text()) if data.exists() else []
    new = {(case.name, case.kernel): case for case in cases if case.rows}
    merged = [new.pop((case.name, case.kernel), case) for case in kept] + list(new.values())
    make(top, merged)
    data.write_text(table.as_json(merged))


def make(top, cases: list):
    """What is made of the figures."""
    page, readme = top / "docs/BENCHMARKS.md", top / "README.md"
    text = page.read_text()
    for case in cases:
        text = fill(text, "docs/BENCHMARKS.md", f"bench {case.name} {case.kernel}", indented(table.as_text(case)))
    summary = readme.read_text()
    for case in cases:
        if (case.name, case.kernel) == SUMMARY:
            summary = fill(summary, "README.md", f"bench {case.name} {case.kernel}", table.as_markdown(case))
    page.write_text(text)
    readme.write_text(summary)
    (top / "docs/benchmarks.svg").write_text(picture.draw([c for c in cases if c.kernel == PICTURE_OF]))


def indented(text: str) -> str:
    return "\n".join(("    " + line).rstrip() for line in text.splitlines())


def fill(text: str, page: str, mark: str, table_text: str) -> str:
    """The page's text with a table in its place."""
    mark = f"<!-- {mark} -->"
    text, places = re.subn(rf"{re.escape(mark)}\n.*?<!-- end -->",
                           lambda _: f"{mark}\n\n{table_text}\n\n<!-- end -->", text, flags=re.S)
    if places != 1:
        raise read.BadLine(f"{page} has no place for a table: add a line '{mark}' and below it '<!-- end -->'")
    return text
