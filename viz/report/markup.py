"""The parts of a report that are HTML: everything that is quoted is escaped here."""

import html
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from string import Template

HERE = Path(__file__).parent


def page(language: str, title: str, body: str) -> str:
    """Return a page that stands alone.

    Args:
        language: "en" or "zh".
        title: Its title.
        body: What is in it, HTML already.
    """
    return Template((HERE / "report.html").read_text(encoding="utf-8")).substitute(
        language={"zh": "zh-CN"}.get(language, language), title=safe(title), body=body,
        style=(HERE / "report.css").read_text(encoding="utf-8"),
    )  # fmt: skip


def safe(text: object) -> str:
    """Return a text that is only text."""
    return html.escape(str(text))


def listed(lines: Iterable[str]) -> str:
    """Return lines as a list, nothing for none."""
    items = "".join(f"<li>{safe(line)}</li>" for line in lines)
    return f"<ul>{items}</ul>" if items else ""


def pairs(found: Mapping[str, object]) -> str:
    """Return names with what stands for them."""
    items = "".join(f"<dt>{safe(name)}</dt><dd>{safe(text)}</dd>" for name, text in found.items())
    return f"<dl>{items}</dl>"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], caption: str, kind: str = "") -> str:
    """Return a table from cells that are HTML already, the first of each row its name.

    Args:
        head: Names of the columns, text.
        rows: Cells.
        caption: What it tells, text; it names the part of the page that can be moved.
        kind: "text" for columns of text.
    """
    top = "".join(f'<th scope="col">{safe(cell)}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in rest) + "</tr>"
        for first, *rest in rows
    )
    return (
        f'<div class="wide-table" role="region" tabindex="0" aria-label="{safe(caption)}">'
        f'<table class="{kind}"><caption>{safe(caption)}</caption><thead><tr>{top}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def figure(svg: str) -> str:
    """Return a picture that is SVG already; it is as wide as there is room."""
    return f"<figure>{svg}</figure>"
