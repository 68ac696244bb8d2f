# SPDX-License-Identifier: GPL-2.0-only
"""The figures as text and as JSON.

In: Case objects. Out: text whose columns line up, for a terminal and for docs/BENCHMARKS.md.
"""
import json

from .read import BASE, OURS, Bar, Case, Row


def number(value) -> str:
    """Three digits that count, and all before the point."""
    if value is None:
        return "-"
    if abs(value) >= 1000:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 100 else f"{value:.2f}"


def as_text(case) -> str:
    lines = [f"{case.name}: {case.title or 'no figures'}",
             f"Linux {case.kernel}, {case.settings}"]
    schedulers = case.schedulers()
    if schedulers:
        lines += [""] + columns([header(schedulers)] + [cells(row, schedulers) for row in case.rows])
    for scheduler, reason in case.lost.items():
        lines.append(f"{scheduler}: {reason}")
    if not case.rows:
        lines.append("The case printed no figures: see its output above.")
    return "\n".join(lines)


def header(schedulers: list) -> list:
    return ["", *schedulers, f"{OURS}/{BASE}", "bar", ""]


def cells(row, schedulers: list) -> list:
    ratio = row.ratio()
    return [f"{row.label} ({row.unit})", *(number(row.values.get(s)) for s in schedulers),
            "-" if ratio is None else f"{ratio:.3f}", str(row.bar or ""), row.verdict()]


def columns(table: list) -> list:
    """The first column and the last two to the left, numbers to the right."""
    widths = [max(len(line[i]) for line in table) for i in range(len(table[0]))]
    last = len(widths) - 2
    return ["  ".join(cell.rjust(widths[i]) if 0 < i < last else cell.ljust(widths[i])
                      for i, cell in enumerate(line)).rstrip() for line in table]


def as_markdown(case) -> str:
    """A short table: the lines that have a bar, for a page that says the rest in words."""
    schedulers = case.schedulers()
    lines = [["", *schedulers, "bar", ""], ["---"] * (len(schedulers) + 3)]
    lines += [[f"{row.label}", *(number(row.values.get(s)) for s in schedulers), str(row.bar), row.verdict()]
              for row in case.rows if row.bar]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def as_json(cases: list) -> str:
    return json.dumps([{
        "case": case.name, "kernel": case.kernel, "settings": case.settings, "title": case.title,
        "lost": case.lost,
        "rows": [{"key": row.key, "label": row.label, "unit": row.unit, "values": row.values,
                  "ratio": row.ratio(), "bar": row.bar.text if row.bar else None,
                  "missed_by_percent": row.missed_by()} for row in case.rows],
    } for case in cases], indent=1) + "\n"


def from_json(text: str) -> list:
    return [Case(case["case"], case["kernel"], case["settings"], case["title"],
                 [Row(row["key"], row["unit"], Bar.parse(row["bar"] or "-"), row["label"], row["values"])
                  for row in case["rows"]], case["lost"]) for case in json.loads(text)]
