"""What is compiled is kept on disk, whatever becomes of the disk.

numba believes what it finds: a file that was cut short, or has another byte in it, ends every
later command (numba issue 10434), and a full disk ends this one. Here every file begins with a hash
of the rest. One that is not what was written is removed and made anew; where nothing can be
written, what is compiled is not kept. Each is told in a line.
"""

import hashlib
import logging
import os
import pickle
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numba
from numba.core.caching import FunctionCache, IndexDataCacheFile

tell = logging.getLogger("rarecare").warning
"""Says a line on standard error, unless a program that uses the model has arranged otherwise."""

_HASH = hashlib.sha256
_LENGTH = _HASH().digest_size
_told: set[str] = set()


def keep(function: Any, folder: str) -> None:
    """Keep on disk what is compiled of a function, and take it from there.

    Args:
        function: What `numba.njit` has returned, nothing of it compiled yet.
        folder: Where; it must be there.
    """
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = folder
    try:
        cache = _Cache(function.py_func)
    except (OSError, RuntimeError, AttributeError, TypeError) as error:  # or another numba's names
        _not_kept(folder, error)
        return
    finally:
        numba.config.CACHE_DIR = before
    # Where the folder takes no files, numba chooses another, beside the sources.
    if Path(folder) in Path(cache.cache_path).parents:
        function._cache = cache
    else:
        _not_kept(folder, "no files can be made there")


def _not_kept(folder: str, why: object) -> None:
    """Say once that nothing more is kept in a folder."""
    if folder not in _told:
        _told.add(folder)
        reason = getattr(why, "strerror", None) or why
        tell(f"rarecare: what is compiled is not kept in {folder}: {reason}")


class _Cache(FunctionCache):
    """numba's cache of one function, in files that are checked before they are believed."""

    def __init__(self, function: Callable[..., Any]):
        super().__init__(function)
        numbas: Any = self._cache_file
        self._cache_file: _File = _File(
            numbas._cache_path, self._impl.filename_base, numbas._source_stamp
        )

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return what was compiled, or None if it is not there or is of no use."""
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # whatever unpickling may raise, compiling anew is the answer
            self._cache_file.remove()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep what was compiled, if that is possible."""
        try:
            super().save_overload(sig, data)
        except OSError as error:
            _not_kept(str(Path(self.cache_path).parent), error)


class _File(IndexDataCacheFile):
    """An index of what was compiled, and its files; each begins with a hash of the rest."""

    def remove(self) -> None:
        """Remove the index, so that all that it names is compiled anew."""
        _discard(self._index_path)

    def _load_index(self) -> dict[Any, str]:
        content = _content(self._index_path)
        if content is None:
            return {}
        version, stamp, named = pickle.loads(content)
        return named if (version, stamp) == (self._version, self._source_stamp) else {}

    def _save_index(self, overloads: dict[Any, str]) -> None:
        self._write(self._index_path, (self._version, self._source_stamp, overloads))

    def _load_data(self, name: str) -> Any:
        content = _content(self._data_path(name))
        return None if content is None else pickle.loads(content)

    def _save_data(self, name: str, data: Any) -> None:
        self._write(self._data_path(name), data)

    def _write(self, path: str, data: Any) -> None:
        content = self._dump(data)
        with self._open_for_write(path) as file:
            file.write(_HASH(content).digest() + content)


def _content(path: str) -> bytes | None:
    """Return what was written to a file, or None; a file that holds anything else is removed."""
    try:
        found = Path(path).read_bytes()
    except FileNotFoundError:
        return None
    except OSError:
        found = b""
    content = found[_LENGTH:]
    if content and _HASH(content).digest() == found[:_LENGTH]:
        return content
    _discard(path)
    return None


def _discard(path: str) -> None:
    """Remove a broken file, and say so; of several processes that find it, one does."""
    with suppress(OSError):
        os.unlink(path)
        tell(f"rarecare: {path} was broken; it is compiled anew")
