# SPDX-License-Identifier: GPL-2.0-only
"""The figures as a picture (SVG): every line of the tables that has a bar.

In: Case objects of one kernel. Out: SVG text. Each line of a table has a scale of its own, for it
compares schedulers and not lines; a mark shows where the bar is.
"""
from html import escape

from .read import BASE, OURS
from .table import number

COLOURS = {BASE: "#8b949e", "flatcg": "#d29922", "simple": "#484f58", OURS: "#3fb950"}
BACKGROUND, TEXT, DIM, MARK, MISSED = "#0d1117", "#c9d1d9", "#8b949e", "#ff7b72", "#ff7b72"
WIDTH, MARGIN, FONT = 920, 16, 13
LABEL, PLOT, THICK, GAP = 300, 440, 9, 10     # pixels: a line's label, its longest bar, one bar


class Sheet:
    def __init__(self):
        self.y, self.parts = MARGIN, []

    def text(self, x, y, text, colour=TEXT, size=FONT, weight="normal", anchor="start"):
        self.parts.append(f'<text x="{x:g}" y="{y:g}" fill="{colour}" font-size="{size}" '
                          f'font-weight="{weight}" text-anchor="{anchor}">{escape(text)}</text>')

    def box(self, x, y, width, height, colour):
        self.parts.append(f'<rect x="{x:g}" y="{y:g}" width="{max(width, 0.5):.1f}" height="{height:g}" fill="{colour}"/>')

    def svg(self) -> str:
        height = self.y + MARGIN
        return (f'<!-- SPDX-License-Identifier: GPL-2.0-only -->\n'
                f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:g}" '
                f'viewBox="0 0 {WIDTH} {height:g}" font-family="system-ui, sans-serif">\n'
                f'<rect width="100%" height="100%" rx="6" fill="{BACKGROUND}"/>\n'
                + "\n".join(self.parts) + "\n</svg>\n")


def draw(cases: list) -> str:
    sheet = Sheet()
    legend(sheet, cases)
    for case in cases:
        if any(drawable(row) for row in case.rows):
            panel(sheet, case)
    return sheet.svg()


def drawable(row) -> bool:
    return bool(row.bar and row.values)


def legend(sheet, cases):
    kernels = ", ".join(sorted({case.kernel for case in cases}))
    sheet.text(MARGIN, sheet.y + FONT, f"Linux {kernels}", weight="bold")
    x = MARGIN + LABEL
    for name in (BASE, "flatcg", "simple", OURS):
        sheet.box(x, sheet.y + 4, 12, THICK, COLOURS[name])
        sheet.text(x + 18, sheet.y + FONT, name)
        x += 90
    sheet.box(x, sheet.y + 1, 2, THICK + 6, MARK)
    sheet.text(x + 10, sheet.y + FONT, "the bar for cgfifo")
    sheet.y += 2 * FONT + 6


def panel(sheet, case):
    sheet.text(MARGIN, sheet.y + FONT, case.title, weight="bold")
    sheet.y += FONT + 12
    for row in filter(drawable, case.rows):
        draw_row(sheet, row, [s for s in case.schedulers() if s in row.values])
    sheet.y += 8


def goals(row) -> list:
    """The limits of the bar as values."""
    base = row.values.get(BASE) if row.bar.ratio else 1.0
    if base is None:
        return []
    return [limit * base for limit in (row.bar.low, row.bar.high) if limit is not None]


def draw_row(sheet, row, schedulers):
    top, height = sheet.y, len(schedulers) * (THICK + 2)
    scale = PLOT / (max([*row.values.values(), *goals(row)]) or 1)
    left = MARGIN + LABEL
    sheet.text(MARGIN, top + height / 2, row.label)
    verdict = row.verdict()
    sheet.text(MARGIN, top + height / 2 + FONT + 1, f"{row.unit}, {verdict}",
               MISSED if verdict.startswith("missed") else DIM, FONT - 2)
    for scheduler in schedulers:
        value = row.values[scheduler]
        sheet.box(left, sheet.y, value * scale, THICK, COLOURS.get(scheduler, DIM))
        sheet.text(left + value * scale + 6, sheet.y + THICK, number(value), DIM, FONT - 2)
        sheet.y += THICK + 2
    for goal in goals(row):
        sheet.box(left + goal * scale - 1, top - 2, 2, height + 2, MARK)
    sheet.y = max(sheet.y, top + 2 * FONT) + GAP
