"""The figures as text, and what they should have been."""

import statistics

OURS = "nodestage"
AIMS = {"spawn": 25.0, "edit 60": 2.0}  # milliseconds, the median


def write(figures, notes, sizes):
    for figure in names(sizes):
        print(f"{title(figure)}{aim(figure)}")
        own = median(figures.get(OURS, {}).get(figure))
        for server, of in figures.items():
            print(f"  {server:18} {cells(figure, of.get(figure), own)}")
    write_notes(notes)


def write_notes(notes):
    for server, of in notes.items():
        print(f"{server}: " + ", ".join(f"{name} {value}" for name, value in of.items()))


def names(sizes):
    return ["spawn", *(f"edit {it}" for it in sizes), "quick fixes", "fix-all", "memory"]


def title(figure):
    if figure.startswith("edit "):
        return f"edit to diagnostics, {figure[5:]} lines"
    return {
        "spawn": "spawn to first diagnostics",
        "quick fixes": "code actions at a diagnostic",
        "fix-all": "fix-all, with its edit",
        "memory": "peak memory of the process tree",
    }[figure]


def aim(figure):
    return f" (aim: {AIMS[figure]:g} ms)" if figure in AIMS else ""


def cells(figure, values, own):
    """Minimum, median, maximum, and the median as a multiple of ours."""
    if not values:
        return "        –"
    unit, scale = ("MiB", 1024) if figure == "memory" else ("ms", 1)
    shown = " ".join(f"{it / scale:9.2f}" for it in (min(values), median(values), max(values)))
    ratio = f"{median(values) / own:7.1f} ×" if own else ""
    return f"{shown} {unit:3} {ratio}   n = {len(values)}"


def median(values):
    return statistics.median(values) if values else None


def misses(figures, sizes):
    """Aims that nodestage misses, peers that are faster, and growth that is more than linear."""
    own = {figure: median(values) for figure, values in figures.get(OURS, {}).items()}
    found = [f"{title(it)}: {own[it]:.2f} ms" for it, limit in AIMS.items() if own.get(it, 0) > limit]
    for server, of in figures.items():
        faster = [it for it, values in of.items() if server != OURS and median(values) < own.get(it, 0)]
        found += [f"{title(it)}: {server} has less" for it in faster if not server.startswith(OURS)]
    return found + growth(own, sizes)


def growth(own, sizes):
    """Twice the lines may cost twice as much; what does not depend on them makes that less."""
    small, large = own.get(f"edit {sizes[0]}"), own.get(f"edit {sizes[-1]}")
    if not small or large / small <= sizes[-1] / sizes[0]:
        return []
    return [f"edits: {sizes[-1] / sizes[0]:.1f} × the lines cost {large / small:.1f} × the time"]
