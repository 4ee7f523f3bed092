"""Policy files written by tests."""


def write(folder, name, body="", extends=None):
    """Write a policy file and return its path."""
    head = f'name = "{name}"\ntitle = "T"\n' + (f'extends = "{extends}"\n' if extends else "")
    path = folder / f"{name}.toml"
    path.write_text(head + body, encoding="utf-8")
    return path


def change(month, settings):
    """Return the TOML of one change; settings is TOML with full paths under set."""
    lines = "\n".join(f"set.{line}" for line in settings.splitlines())
    return f'\n[[changes]]\nfrom = "{month}"\nsource = "assumption: a test"\n{lines}\n'
