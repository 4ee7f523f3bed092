"""Make a site of the documents, the tutorial with its figures, and the Python interface.

``python tools/make_site.py [FOLDER]`` writes it (by default to site/): open FOLDER/index.html, no
server and no network needed. The tutorial is run for it. A warning of Sphinx is an error, and so is
a link within the site that leads nowhere, or a page that would fetch something from elsewhere.
Needs the extra `docs`.
"""

import argparse
import importlib
import importlib.util
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
HERE = Path(__file__).resolve().parent / "site"
PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "benchmarks/README.md", "docs/**/*.md",
         "docs/*.ipynb")  # fmt: skip
"""What is shown, beside the interface; the README is the first page."""
GROUPS = {
    "Begin": ["docs/tutorial", "docs/cookbook", "docs/view"],
    "Ask": ["docs/results", "docs/intervals", "docs/decision", "docs/sweep", "docs/search",
            "docs/sensitivity", "docs/studies", "docs/cluster"],
    "The model": ["docs/model", "docs/mechanisms", "docs/facts", "docs/measures",
                  "docs/parameters", "docs/levers", "docs/rules", "docs/state"],
    "Change it": ["docs/extending", "docs/another-country", "docs/world"],
    "How far it holds": ["docs/validation", "docs/calibration", "docs/corrections"],
}  # fmt: skip
"""The pages by what a reader wants; whatever no group names comes under MORE."""
INTERFACE = {
    "abm": "The model, its worlds and policies",
    "experiments": "Comparisons, sweeps, fits",
    "experiments.decision": "From a comparison to a decision",
    "abm.measures.inequity": "Measures of inequity",
    "abm.measures.survival": "Times to an event",
}
"""Modules whose public names the site documents from their docstrings."""
MORE = "The project"
NEEDED = ("sphinx", "furo", "myst_nb", "matplotlib")
LINK = re.compile(r"\]\(([^)\s]+)\)")
RESOURCES = {("script", "src"), ("img", "src"), ("iframe", "src"), ("link", "href"),
             ("source", "src"), ("object", "data")}  # fmt: skip
"""Attributes whose addresses a browser fetches without being asked."""
FETCHED = re.compile(r"(?:url\(|@import)\s*['\"]?\s*(?:https?:)?//")


def lay_out(folder: Path) -> None:
    """Put the pages into a folder as Sphinx wants them, with all that they link to.

    Args:
        folder: An empty one; afterwards it has the layout of the project.
    """
    pages = sorted({path for pattern in PAGES for path in ROOT.glob(pattern)})
    for page in pages:
        place = folder / _in_site(page)
        place.parent.mkdir(parents=True, exist_ok=True)
        text = page.read_text(encoding="utf-8")
        place.write_text(LINK.sub(partial(_link, page=page), text), encoding="utf-8")
        for file in _files(page, text):
            copy = folder / file.relative_to(ROOT)
            if not copy.exists():
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, copy)
    (folder / "interface").mkdir()
    for module, title in INTERFACE.items():
        text = _interface(module, title)
        (folder / "interface" / f"{module}.md").write_text(text, encoding="utf-8")
    names = [_in_site(page).with_suffix("").as_posix() for page in pages]
    with (folder / "index.md").open("a", encoding="utf-8") as index:
        index.write(_contents(names))


def _in_site(page: Path) -> Path:
    """Return where a page of the project stands in the site."""
    return Path("index.md") if page == ROOT / "README.md" else page.relative_to(ROOT)


def _link(found: re.Match, page: Path) -> str:
    """Return a Markdown link as it is, or to the first page if it leads to the README."""
    file, mark, anchor = found[1].partition("#")
    if file and (page.parent / file).resolve() == ROOT / "README.md":
        return f"]({os.path.relpath(ROOT / 'index.md', page.parent)}{mark}{anchor})"
    return found[0]


def _files(page: Path, text: str) -> Iterator[Path]:
    """Yield the files that a page links to and that are no pages."""
    for address in LINK.findall(text):
        path = (page.parent / unquote(address.partition("#")[0])).resolve()
        if path.is_file() and path.is_relative_to(ROOT) and path.suffix not in (".md", ".ipynb"):
            yield path


def _interface(module: str, title: str) -> str:
    """Return the page of a module's public names."""
    imported = hasattr(importlib.import_module(module), "__all__")
    return (
        f"# {title}: `{module}`\n\n```{{eval-rst}}\n.. automodule:: {module}\n   :members:\n"
        + ("   :imported-members:\n" if imported else "")
        + "```\n"
    )


def _contents(pages: list[str]) -> str:
    """Return the table of contents, which stands beside every page."""
    named = {page for group in GROUPS.values() for page in group}
    groups = {
        **GROUPS,
        "From Python": [f"interface/{module}" for module in INTERFACE],
        MORE: [page for page in pages if page not in named and page != "index"],
    }
    return "".join(
        f"\n```{{toctree}}\n:hidden:\n:caption: {title}\n\n" + "\n".join(group) + "\n```\n"
        for title, group in groups.items()
    )


class _Page(HTMLParser):
    """What a page of HTML has: anchors, links, and addresses that a browser would fetch."""

    def __init__(self, text: str):
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" or (tag, name) == ("a", "name"):
                self.anchors.add(value or "")
            elif (tag, name) in RESOURCES:
                self.fetched.append(value or "")
            elif (tag, name) == ("a", "href"):
                self.links.append(value or "")


def faults(site: Path) -> list[str]:
    """Return what is wrong with a site's links: a line for each, with the page it stands on.

    Args:
        site: A folder of HTML pages. Links to other sites are not followed.
    """
    pages = {path: _Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    found = []
    for path, page in pages.items():
        name = path.relative_to(site)
        for address in page.links + page.fetched:
            if not _is_there(address, path, pages):
                found.append(f"{name}: {address} leads nowhere")
        found += [f"{name}: {one} is fetched from elsewhere" for one in page.fetched
                  if urlsplit(one).netloc]  # fmt: skip
    for path in site.rglob("*.css"):
        if FETCHED.search(path.read_text(encoding="utf-8")):
            found.append(f"{path.relative_to(site)}: fetches something from elsewhere")
    return sorted(set(found))


def _is_there(address: str, path: Path, pages: dict[Path, _Page]) -> bool:
    """Return whether a link leads somewhere; those to other sites are taken to."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return True
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if target not in pages:
        return target.is_file()
    return not parts.fragment or unquote(parts.fragment) in pages[target].anchors


def build(site: Path) -> list[str]:
    """Make the site in a folder, and return what is wrong with it.

    Args:
        site: Replaced as a whole if nothing is wrong; else what was there stays.
    """
    with tempfile.TemporaryDirectory() as temporary:
        source, made = Path(temporary).resolve() / "source", Path(temporary).resolve() / "site"
        source.mkdir()
        lay_out(source)
        if not _run_sphinx(source, made):
            return ["Sphinx found what it says above"]
        found = faults(made)
        if not found:
            _replace(site, made)
    return found


def _run_sphinx(source: Path, made: Path) -> bool:
    """Make pages of HTML, and return whether nothing was to be warned of."""
    from sphinx.cmd.build import build_main

    strict = ["-q", "-W", "--keep-going", "-c", str(HERE), "-d", str(source.parent / "read")]
    wrong = build_main([*strict, str(source), str(made)])
    (made / ".buildinfo").unlink(missing_ok=True)
    return not wrong


def _replace(site: Path, made: Path) -> None:
    """Put a finished site in the place of an earlier one."""
    site.parent.mkdir(parents=True, exist_ok=True)
    if site.exists():
        shutil.rmtree(site)
    shutil.move(made, site)


def _holds_something_else(folder: Path) -> bool:
    """Return whether a path is a file, or a folder of files that are no site."""
    if not folder.is_dir():
        return folder.exists()
    return any(folder.iterdir()) and not (folder / "searchindex.js").is_file()


def main() -> int:
    """Make the site and say where it is, or what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "site")
    folder = parser.parse_args().folder
    if any(importlib.util.find_spec(name) is None for name in NEEDED):
        print("the site needs the extra docs: python -m pip install -e '.[docs]'", file=sys.stderr)
        return 2
    if _holds_something_else(folder):
        print(f"{folder}: holds something else than a site; expected a new folder", file=sys.stderr)
        return 2
    found = build(folder)
    print("\n".join(found) or f"{folder}/index.html")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
