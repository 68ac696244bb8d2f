# SPDX-License-Identifier: GPL-2.0-only
"""Scenario files: what is written in their headers, and which boots they need.

In: tests/vm/*.sh with lines like "# vm: kernels=7.3,6.12 smp=4 icount=3 limit=180 long=no". long is
yes, no, or the kernels that it is too long for, as in long=6.12. smp=2/4/8 is a boot for each, and
three scenarios: NAME@2, NAME@4, NAME@8.
Out: Scenario objects, grouped so that each group shares one boot.
"""
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

# Those that a scenario is for. On another, as with --kernel PATH, all are tried.
KERNELS = ("7.3", "6.12", "7.2", "7.2-bpo")
DEFAULTS = {"kernels": "7.3,6.12", "smp": "4", "icount": "3", "mem": "2048",
            "limit": "120", "long": "no", "append": ""}


@dataclass(frozen=True)
class Settings:
    """What a boot is made of; scenarios with equal settings share it."""
    smp: str
    icount: str
    mem: str
    append: str

    def __str__(self):
        clock = "plain clock" if self.icount == "no" else f"icount shift={self.icount}"
        return f"{self.smp} CPUs, {clock}" + (f", {self.append}" if self.append else "")


@dataclass
class Scenario:
    name: str
    path: Path
    kernels: list
    limit: int
    long: list
    settings: Settings
    summary: str = field(default="")


class BadHeader(Exception):
    """A header that cannot be understood: the message names file and key."""


def read(path: Path) -> list:
    """The scenario of a file, or where it is for machines of several sizes, one for each."""
    values = dict(DEFAULTS)
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            break
        match = re.match(r"#\s*vm:\s*(.*)", line)
        if not match:
            continue
        for word in match.group(1).split():
            key, equals, value = word.partition("=")
            if not equals or key not in DEFAULTS:
                known = " ".join(DEFAULTS)
                raise BadHeader(f"{path}: '{word}' in '# vm:' is not KEY=VALUE with KEY one of: {known}")
            values[key] = value.replace("~", " ")
    kernels = values["kernels"].split(",")
    long = {"yes": kernels, "no": []}.get(values["long"], values["long"].split(","))
    if not set(long) <= set(kernels):
        raise BadHeader(f"{path}: long={values['long']} is not yes, no, or some of: {' '.join(kernels)}")
    sizes = values["smp"].split("/")
    return [Scenario(path.stem if len(sizes) == 1 else f"{path.stem}@{size}", path, kernels, int(values["limit"]), long,
                     Settings(size, values["icount"], values["mem"], values["append"])) for size in sizes]


def find(folder: Path, names: list, everything: bool) -> list:
    """The scenarios of a folder; names select, long ones only by name or with everything."""
    found = [s for p in sorted(folder.glob("*.sh")) if is_scenario(p) for s in read(p)]
    if not names:
        return found if everything else [s for s in map(shorter, found) if s.kernels]
    chosen = []
    for name in names:
        stem = Path(name).stem
        hits = [s for s in found if stem in (s.name, s.path.stem, re.sub(r"^\d+-", "", s.path.stem))]
        if not hits:
            known = " ".join(dict.fromkeys(s.path.stem for s in found))
            raise BadHeader(f"no scenario '{name}' in {folder}; there are: {known}")
        chosen += [s for s in hits if s not in chosen]
    return chosen


def shorter(scenario: Scenario) -> Scenario:
    """It, without the kernels that it is too long for."""
    return replace(scenario, kernels=[k for k in scenario.kernels if k not in scenario.long])


def is_scenario(path: Path) -> bool:
    """A scenario has a '# vm:' header; libraries have not."""
    return any(line.startswith("# vm:") for line in path.read_text().splitlines()[:40])


def is_for(scenario: Scenario, kernel: str) -> bool:
    return kernel in scenario.kernels or kernel not in KERNELS


def groups(scenarios: list, kernels: list) -> list:
    """[(kernel, settings, [scenario...])]: one boot each, those with most to do first (the limits
    tell), so that the workers end together."""
    result = {}
    for kernel in kernels:
        for scenario in scenarios:
            if is_for(scenario, kernel):
                result.setdefault((kernel, scenario.settings), []).append(scenario)
    return sorted(((k, s, members) for (k, s), members in result.items()),
                  key=lambda group: -sum(s.limit for s in group[2]))
