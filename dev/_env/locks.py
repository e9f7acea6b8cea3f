# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Locks between commands that run at the same time, and stamps of what is already done.

The locks are `flock`s: the kernel frees them when a process ends, however it ends.
"""

import contextlib
import fcntl
import hashlib


@contextlib.contextmanager
def exclusive(path):
    """Hold the lock file `path` alone; wait for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


class SharedLock:
    """Held by any number of users at once; the last one to leave learns that it is the last."""

    def __init__(self, path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self._handle = open(path, "w")  # noqa: SIM115 (open means held)
        fcntl.flock(self._handle, fcntl.LOCK_SH)

    def release(self):
        """Let go; return whether nobody else holds it."""
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            return False
        finally:
            self._handle.close()


def digest(*parts):
    """A short hash of strings and of the contents of files."""
    total = hashlib.sha256()
    for part in parts:
        content = part if isinstance(part, (str, bytes)) else part.read_bytes()
        content = content.encode() if isinstance(content, str) else content
        total.update(b"%d:" % len(content) + content)
    return total.hexdigest()[:12]


class Stamp:
    """Remembers that a step was finished with given inputs."""

    def __init__(self, folder, name, *inputs):
        self._file = folder / "stamps" / name
        self._key = digest(*inputs)

    def is_done(self):
        return self._file.exists() and self._file.read_text() == self._key

    def done(self):
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(self._key)

    def clear(self):
        self._file.unlink(missing_ok=True)
