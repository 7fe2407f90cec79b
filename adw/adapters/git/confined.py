"""Files inside a folder, reached so that nothing outside of it is read or written.

A path is resolved once; if it lands inside, it is walked again from the top, folder by folder, without following
symbolic links. What a check's leftover process swaps in between is then refused, not followed.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from adw.errors import AdwError, StorageError, WorkspaceError

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_STORAGE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO}
_HALF_WRITTEN = ".adw-half-written"


def locate(root: Path, path: str, *, follow: bool = True) -> str:
    """`path` without symbolic links (`follow`: the last part's too), relative to `root`, an absolute resolved path.

    Raises WorkspaceError where a link leads out.
    """
    whole = root / path
    try:
        real = whole.resolve() if follow else whole.parent.resolve() / whole.name
    except (OSError, RuntimeError) as error:  # Python 3.11 and 3.12 raise RuntimeError for links in a circle
        why = "its links lead in a circle" if isinstance(error, RuntimeError) else error.strerror  # without the root
        raise WorkspaceError(f"{path!r} cannot be reached: {why}") from error
    if not real.is_relative_to(root) or real == root:
        raise WorkspaceError(f"{path!r} leads out of the workspace")
    return real.relative_to(root).as_posix()


def kind(root: Path, path: str) -> str:
    """`file`, `link`, `folder`, `other`, or `missing`: also where what should be a folder on the way is none."""
    try:
        with _folder(root, path, make=False) as folder:
            mode = os.lstat(path.rpartition("/")[2], dir_fd=folder).st_mode
    except OSError:
        return "missing"
    for name, fits in (("file", stat.S_ISREG), ("link", stat.S_ISLNK), ("folder", stat.S_ISDIR)):
        if fits(mode):
            return name
    return "other"


def check_place(root: Path, path: str, *, link: bool) -> None:
    """Raises WorkspaceError where no file can stand at `path`: a folder is there, or a file where a folder must be.

    `link`: a symbolic link may be there.
    """
    parts = path.split("/")
    for depth in range(1, len(parts)):
        above = "/".join(parts[:depth])
        found = kind(root, above)
        if found == "missing":
            return
        if found != "folder":
            raise WorkspaceError(f"{path!r} lies under {above!r}, which is a {found}, not a folder")
    found = kind(root, path)
    if found == "folder":
        raise WorkspaceError(f"{path!r} is a folder")
    if found == "other" or (found == "link" and not link):
        raise WorkspaceError(f"{path!r} is not a file")


def read(root: Path, path: str, limit: int) -> bytes:
    """The content of a regular file of at most `limit` bytes."""
    try:
        with _folder(root, path, make=False) as folder:
            # O_NONBLOCK: opening a pipe must not wait for its other end.
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            descriptor = os.open(path.rpartition("/")[2], flags, dir_fd=folder)
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise WorkspaceError(f"{path!r} is {'a folder' if stat.S_ISDIR(found.st_mode) else 'not a file'}")
            if found.st_size > limit:
                raise WorkspaceError(f"{path!r} has {found.st_size} bytes; at most {limit} are read")
            with os.fdopen(descriptor, "rb", closefd=False) as stream:
                return stream.read(limit)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise as_error(path, error) from error


def write(root: Path, path: str, content: bytes) -> None:
    """Put `content` there whole, with its folders. An executable stays one; a hard link is cut, not written through."""
    name = path.rpartition("/")[2]
    try:
        with _folder(root, path, make=True) as folder:
            old = _stat(name, folder)
            if old and not stat.S_ISREG(old.st_mode):
                raise WorkspaceError(f"{path!r} is not a file")
            with suppress(FileNotFoundError):
                os.unlink(_HALF_WRITTEN, dir_fd=folder)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            descriptor = os.open(_HALF_WRITTEN, flags, 0o666, dir_fd=folder)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
                stream.flush()
                if old:
                    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))
            os.replace(_HALF_WRITTEN, name, src_dir_fd=folder, dst_dir_fd=folder)
        advance(root, path, old.st_mtime if old else None)
    except OSError as error:
        raise as_error(path, error) from error


def delete(root: Path, path: str) -> None:
    """Remove a file or a link, and the folders that this leaves empty. Missing already: nothing to do."""
    if kind(root, path) in {"missing", "folder"}:
        return
    try:
        with _folder(root, path, make=False) as folder:
            os.unlink(path.rpartition("/")[2], dir_fd=folder)
    except OSError as error:
        raise as_error(path, error) from error
    folder_path = path.rpartition("/")[0]
    with suppress(OSError):
        while folder_path:
            with _folder(root, folder_path, make=False) as above:
                os.rmdir(folder_path.rpartition("/")[2], dir_fd=above)
            folder_path = folder_path.rpartition("/")[0]


def modified(root: Path, path: str) -> float | None:
    """When the regular file at `path` was last written, in seconds; None where there is none."""
    try:
        with _folder(root, path, make=False) as folder:
            found = os.lstat(path.rpartition("/")[2], dir_fd=folder)
    except OSError:
        return None
    return found.st_mtime if stat.S_ISREG(found.st_mode) else None


def advance(root: Path, path: str, old: float | None) -> None:
    """Move a file's modification time into a later second than `old`, the time before it was written anew.

    Python's bytecode caches know a source file by its size and the second it was written: an edit within that second
    that keeps the size would be taken for the old file, and a check would judge code that is gone.
    """
    now = modified(root, path)
    if old is None or now is None or now == old or int(now) > int(old):
        return
    with _folder(root, path, make=False) as folder:
        later = int(old) + 1
        os.utime(path.rpartition("/")[2], (later, later), dir_fd=folder, follow_symlinks=False)


def as_error(path: str, error: OSError) -> AdwError:
    """The error that ADW raises for what the system says of `path`."""
    if error.errno in _STORAGE:
        return StorageError(f"{path!r} could not be written: {error.strerror}", hint="make room, then `adw resume`")
    if isinstance(error, FileNotFoundError):
        return WorkspaceError(f"there is no file {path!r}")
    if isinstance(error, IsADirectoryError):
        return WorkspaceError(f"{path!r} is a folder")
    if isinstance(error, NotADirectoryError):
        return WorkspaceError(f"{path!r} lies under a file, not a folder")
    return WorkspaceError(f"{path!r} cannot be reached: {error.strerror}")


def _stat(name: str, folder: int) -> os.stat_result | None:
    try:
        return os.lstat(name, dir_fd=folder)
    except FileNotFoundError:
        return None


@contextmanager
def _folder(root: Path, path: str, *, make: bool) -> Iterator[int]:
    """A descriptor of the folder that holds `path`, reached without following links."""
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in path.split("/")[:-1]:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(part, dir_fd=descriptor)
            below = os.open(part, _FOLDER, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = below
        yield descriptor
    finally:
        os.close(descriptor)
