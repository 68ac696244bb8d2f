# SPDX-License-Identifier: GPL-2.0-only
"""Figures of benchmark cases: from the lines that they printed to values and verdicts.

In: build/vm-logs/KERNEL/CASE/output.txt with the lines of tests/bench/lib.sh; of a case for machines
of several sizes, CASE@2/output.txt and so on. Out: Case objects.

A bar is about cgfifo. "ratio<=1.20" and "ratio>=1.12" compare with the fair class of the same
run, "8.8..9.3", "<=50" and ">=2" are about the value itself, "-" is no bar.
"""
import re
from dataclasses import dataclass, field
from pathlib import Path

OURS, BASE = "cgfifo", "fair"


class BadLine(Exception):
    """A line that a case should not have printed; says which."""


@dataclass
class Bar:
    text: str
    ratio: bool = False
    low: float = None
    high: float = None

    @staticmethod
    def parse(text: str):
        if text == "-":
            return None
        number = r"(\d+(?:\.\d+)?)"
        match = re.fullmatch(rf"(ratio)?(<=|>=){number}", text)
        if match:
            value = float(match[3])
            low, high = (None, value) if match[2] == "<=" else (value, None)
            return Bar(text, bool(match[1]), low, high)
        match = re.fullmatch(rf"{number}\.\.{number}", text)
        if match:
            return Bar(text, False, float(match[1]), float(match[2]))
        raise BadLine(f"no bar: {text}")

    def missed_by(self, value: float) -> float:
        """How far outside, in percent of the bar; 0 is met."""
        if self.high is not None and value > self.high:
            return 100 * (value - self.high) / self.high
        if self.low is not None and value < self.low:
            return 100 * (self.low - value) / self.low
        return 0.0

    def __str__(self):
        if self.low is not None and self.high is not None:
            return f"{self.low:g} to {self.high:g}"
        text = f"≤ {self.high:g}" if self.high is not None else f"≥ {self.low:g}"
        return text + (" × fair" if self.ratio else "")


@dataclass
class Row:
    key: str
    unit: str
    bar: Bar
    label: str
    values: dict = field(default_factory=dict)     # scheduler -> float

    def ratio(self):
        """cgfifo to the fair class, or None."""
        ours, base = self.values.get(OURS), self.values.get(BASE)
        return ours / base if ours is not None and base else None

    def missed_by(self):
        """In percent of the bar; 0 is met, None is without a bar or a value."""
        if not self.bar:
            return None
        value = self.ratio() if self.bar.ratio else self.values.get(OURS)
        return None if value is None else self.bar.missed_by(value)

    def verdict(self) -> str:
        if not self.bar:
            return ""
        missed = self.missed_by()
        if missed is None:
            return "not measured"
        return "met" if missed == 0 else f"missed by {missed:.1f} %"


@dataclass
class Case:
    name: str
    kernel: str
    settings: str
    title: str = ""
    rows: list = field(default_factory=list)
    lost: dict = field(default_factory=dict)       # scheduler -> reason

    def schedulers(self) -> list:
        """Those with values or a reason for none, in the order of the table."""
        seen = set(self.lost).union(*(row.values for row in self.rows)) if self.rows else set()
        order = [BASE, "flatcg", "simple", OURS]
        return sorted(seen, key=lambda s: (order.index(s) if s in order else len(order), s))


def read_case(name: str, kernel: str, settings: str, text: str) -> Case:
    case = Case(name, kernel, settings)
    rows = {}
    for line in text.splitlines():
        words = line.split()
        kind = words[0] if words else ""
        try:
            if kind == "title":
                case.title = " ".join(words[1:])
            elif kind == "row":
                row = Row(words[1], words[2], Bar.parse(words[3]), " ".join(words[4:]))
                rows[row.key] = row
                case.rows.append(row)
            elif kind == "value":
                rows[words[1]].values[words[2]] = float(words[3])
            elif kind == "lost":
                case.lost[words[1]] = " ".join(words[2:])
        except (IndexError, KeyError, ValueError) as error:
            raise BadLine(f"{name} on {kernel}: cannot read '{line}' ({error!r})") from None
    return case


def settings_of(script: Path) -> str:
    """What a case's '# vm:' line asks for, in words."""
    text = script.read_text()
    line = re.search(r"^# vm:(.*)$", text, re.M)
    keys = dict(word.partition("=")[::2] for word in (line[1] if line else "").split())
    sizes = keys.get("smp", "4").split("/")
    cpus = sizes[0] if len(sizes) == 1 else f"{', '.join(sizes[:-1])} or {sizes[-1]}"
    return f"{cpus} CPU{'s' if cpus != '1' else ''}, icount shift={keys.get('icount', '3')}"


def outputs(top: Path, kernel: str, name: str) -> list:
    """What there is of a case's output: a file, or one for each size of machine, small ones first."""
    logs = top / "build/vm-logs" / kernel
    sizes = sorted(logs.glob(f"{name}@*"), key=lambda folder: int(folder.name.rpartition("@")[2]))
    return [file for file in (folder / "output.txt" for folder in [logs / name, *sizes]) if file.exists()]


def read_all(top: Path, kernels: list, names: list) -> list:
    """Every case that was asked for; one that printed nothing has no rows."""
    cases = []
    for kernel in kernels:
        for name in names:
            text = "".join(output.read_text(errors="replace") for output in outputs(top, kernel, name))
            cases.append(read_case(name, kernel, settings_of(top / "tests/bench" / f"{name}.sh"), text))
    return cases
