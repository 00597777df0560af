"""A dataset's place: a local folder, or a URL below which an object store keeps its files.

An object is written whole or not at all; it cannot be renamed, appended to or locked. What the network fails in is
tried again a few times, with growing pauses, and then told in one message.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from palletjack_dr.errors import DatasetError

log = logging.getLogger(__name__)
T = TypeVar("T")
PAUSES: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds to wait before each further try; the packages of the stores have tried a few times themselves by then."""
IN_VAIN = (FileNotFoundError, PermissionError, NotADirectoryError, IsADirectoryError, TypeError, ValueError)
"""What no further try will mend."""
KNOWN = "s3:// for S3, gs:// for Google Cloud Storage, abfs:// for Azure"


@dataclass(frozen=True)
class Url:
    """A place in an object store, with as much of a ``Path`` as readers of datasets need.

    Methods raise ``DatasetError``: at once for what only the user can mend, else after the last try.
    """

    text: str
    _opened: list[Any] = field(default_factory=list, compare=False, repr=False)
    """The file system, once it is open; shared with all that is below."""

    def __str__(self) -> str:
        return self.text

    def __truediv__(self, name: str) -> Url:
        return Url(f"{self.text.rstrip('/')}/{name}", self._opened)

    @property
    def name(self) -> str:
        """The last part."""
        return self.text.rstrip("/").rpartition("/")[2]

    def connect(self) -> None:
        """Raise ``DatasetError`` where the store is unknown or its package missing; nothing is asked of it."""
        if not self._opened:
            self._opened.append(_open(self.text))

    def read_bytes(self) -> bytes:
        """Return the content of this object."""
        found = self.read_if_there()
        if found is None:
            raise DatasetError(f"{self} is not there")
        return found

    def read_if_there(self) -> bytes | None:
        """Return the content of this object, None where there is none."""
        return self._try("read", lambda: _unless_missing(lambda: bytes(self._fs.cat_file(self._root)), None))

    def names(self) -> set[str]:
        """Return the names of all objects below, relative to here; one request for every thousand."""
        found: list[str] = self._try("listed", lambda: _unless_missing(lambda: self._fs.find(self._root), []))
        above = f"{self._root}/"
        return {name[len(above) :] for name in found if name.startswith(above)} - {""}

    def is_empty(self) -> bool:
        """Return whether there is nothing below, be it that the bucket itself is missing; without listing it all."""
        found: list[str] = self._try("listed", lambda: _unless_missing(lambda: self._fs.ls(self._root, False), []))
        return {path.rstrip("/") for path in found} <= {self._root}

    def read(self, names: Iterable[str]) -> dict[str, bytes]:
        """Return the contents of objects below, fetched at the same time."""
        paths = {f"{self._root}/{name}": name for name in names}
        found = self._try("read", lambda: self._fs.cat(list(paths))) if paths else {}
        return {paths[path]: content for path, content in found.items()}

    def write(self, files: Mapping[str, bytes]) -> None:
        """Write objects below, at the same time: each whole or not at all."""
        contents = {f"{self._root}/{name}": content for name, content in files.items()}
        self._try("written", lambda: self._fs.pipe(contents))

    def upload(self, name: str, path: Path) -> None:
        """Write a file as one object below."""
        self._try("written", lambda: self._fs.put_file(str(path), f"{self._root}/{name}"))

    def download(self, name: str, path: Path) -> None:
        """Copy one object below into a file."""
        self._try("read", lambda: self._fs.get_file(f"{self._root}/{name}", str(path)))

    def remove(self, names: Iterable[str]) -> None:
        """Remove objects below; some may be gone already."""
        paths = [f"{self._root}/{name}" for name in names]

        def remove() -> None:
            try:
                self._fs.rm(paths)
            except FileNotFoundError:
                for path in paths:
                    with suppress(FileNotFoundError):
                        self._fs.rm_file(path)

        if paths:
            self._try("removed", remove)

    def _try(self, what: str, act: Callable[[], T]) -> T:
        """Return what ``act`` returns, in the end."""
        self.connect()
        for pause in (*PAUSES, None):
            try:
                return act()
            except Exception as error:  # packages of stores raise classes of their own, which have no common base
                remedy = _remedy(error, what)
                if pause is None or remedy or isinstance(error, IN_VAIN):
                    raise DatasetError(
                        f"{self} cannot be {what}: {_reason(error)}{remedy}; what is committed is safe, "
                        f"and the same command goes on"
                    ) from error
                log.warning("%s cannot be %s: %s; trying again in %.0f s", self, what, _reason(error), pause)
                time.sleep(pause)
        raise AssertionError

    @property
    def _fs(self) -> Any:
        self.connect()
        return self._opened[0]

    @property
    def _root(self) -> str:
        """The path in the file system."""
        return str(self._fs._strip_protocol(self.text)).rstrip("/")


Place = Path | Url
"""Where a dataset is."""


def place(text: str) -> Place:
    """Return the folder or the URL that a user named."""
    return Url(text) if re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", text) else Path(text).expanduser()


def local(text: str) -> Path:
    """Return the folder that a user named. Raises ``DatasetError`` for a URL, and says how to get its files."""
    where = place(text)
    if isinstance(where, Url):
        raise DatasetError(f"{where} is a URL, wanted a folder; copy it first: palletjack-dr fetch {where} FOLDER")
    return where


def _open(text: str) -> Any:
    """Return the file system of a URL."""
    if any(sign in text for sign in "*?[]"):
        raise DatasetError(f"{text}: * ? [ and ] are no names in URLs; choose another name")
    try:
        import fsspec
        from fsspec.registry import known_implementations
    except ImportError:
        raise DatasetError(f"{text}: URLs need fsspec: pip install 'palletjack-dr[cloud]'") from None
    scheme = text.partition("://")[0]
    folders = {"auto_mkdir": True} if scheme in ("file", "local") else {}
    try:
        return fsspec.core.url_to_fs(text, use_listings_cache=False, **folders)[0]
    except ImportError as error:
        package = known_implementations[scheme]["class"].partition(".")[0]
        hint = "" if package == "fsspec" else f": pip install {package}"
        raise DatasetError(f"{text}: a package for {scheme}:// is missing ({_reason(error)}){hint}") from None
    except ValueError as error:
        raise DatasetError(f"{text}: {_reason(error)}; wanted a folder, or {KNOWN}") from None
    except Exception as error:
        raise DatasetError(f"{text} cannot be opened: {_reason(error)}{_remedy(error, 'opened')}") from error


def _unless_missing(act: Callable[[], T], otherwise: T) -> T:
    try:
        return act()
    except FileNotFoundError:
        return otherwise


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _remedy(error: Exception, what: str) -> str:
    """Return what the user can do, where that is something else than trying again."""
    said = f"{type(error).__name__} {error}"
    if isinstance(error, FileNotFoundError) and what == "written":
        return "; make the bucket, or correct its name"
    if "Credentials" in said:
        return "; set up the credentials of the store, e.g. with aws configure, gcloud auth or environment variables"
    if isinstance(error, PermissionError) or "Forbidden" in said:
        return "; ask for the permission to list, read, write and delete there, or take other credentials"
    return ""
