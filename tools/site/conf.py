"""How Sphinx makes the site; `tools/make_site.py` lays out the pages and calls it."""

from pygments.lexers.special import TextLexer

project = "rarecare"
author = "rarecare"
root_doc = "index"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]

html_theme = "furo"
html_title = "rarecare"
html_static_path = ["site.css"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_show_search_summary = False  # would read pages, which a browser refuses for files on a disk

myst_heading_anchors = 5
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 600
nb_execution_in_temp = True
nb_execution_show_tb = True

default_role = "code"  # docstrings write `names` as Markdown does
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_maximum_signature_line_length = 80
python_use_unqualified_type_names = True
napoleon_use_ivar = True
suppress_warnings = [
    "ref.python"
]  # one name in several modules, in a signature: the first is taken


def setup(app):
    """Let docstrings be read as they are written, which is not quite what Sphinx expects."""
    app.add_lexer("csv", TextLexer)
    app.connect("autodoc-process-docstring", _without_substitutions, priority=900)


def _without_substitutions(app, what, name, obj, options, lines):
    """Let |x| be an amount and no reference."""
    lines[:] = [line.replace("|", r"\|") for line in lines]
