"""The first thing that runs in a function's process, before the runtime client takes the process over.

Runs as ``python -I -S launcher.py SPEC`` under the function's Python, with nothing but the standard library. SPEC is JSON:
``command`` to become, ``directory`` to run it in, ``mounts`` (folder of Lambda's -> folder of this machine) or null, and
``parent``, the process without which this one shall not live.

With mounts the process gets a file system of its own that looks like Lambda's: /var/task, /opt, /var/lang and /var/runtime
are the function's, /tmp is the only folder that can be written to, and there is no /dev/shm. For who is not root, in a user
namespace. https://man7.org/linux/man-pages/man7/mount_namespaces.7.html
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys

CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
MOUNT_ATTR_RDONLY, AT_RECURSIVE, AT_FDCWD = 1, 0x8000, -100
SYS_MOUNT_SETATTR = 442  # the same on every architecture
PR_SET_PDEATHSIG = 1
DEVICES = ("full", "null", "random", "tty", "urandom", "zero")
WRITABLE = "/tmp"  # nosec B108


def main(spec: dict) -> None:  # type: ignore[type-arg]
    """Prepare the process and become the command."""
    if sys.platform == "linux":
        die_with(spec["parent"])
    if spec["mounts"]:
        make_private(spec["mounts"])
    os.chdir(spec["directory"])
    os.execv(spec["command"][0], spec["command"])  # nosec B606


def die_with(parent: int) -> None:
    """Have the kernel kill this process when the one that started it is gone."""
    _libc().prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def make_private(mounts: dict[str, str]) -> None:
    """Give this process Lambda's file system; raises ``OSError`` where the machine does not allow it."""
    uid, gid = os.getuid(), os.getgid()
    _check("unshare", _libc().unshare(CLONE_NEWNS | (CLONE_NEWUSER if uid else 0)))
    if uid:
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{uid} {uid} 1")
        _write("/proc/self/gid_map", f"{gid} {gid} 1")
    # Opened first: what is mounted next may hide where these folders lie.
    sources = {target: os.open(source, os.O_PATH) for target, source in mounts.items()}
    sources |= {
        f"/dev/{name}": os.open(f"/dev/{name}", os.O_PATH)
        for name in DEVICES
        if os.path.exists(f"/dev/{name}")  # noqa: PTH110
    }
    _mount(None, "/", None, MS_REC | MS_PRIVATE)
    for hidden in ("/var", "/dev"):
        _mount("tmpfs", hidden, "tmpfs", 0, "mode=755")
    for target, source in sources.items():
        if target.startswith("/dev/"):
            os.close(os.open(target, os.O_CREAT | os.O_WRONLY))
        else:
            os.makedirs(target, exist_ok=True)  # noqa: PTH103
        _mount(f"/proc/self/fd/{source}", target, None, MS_BIND | MS_REC)
        os.close(source)
    for name, number in (("stdin", 0), ("stdout", 1), ("stderr", 2)):
        os.symlink(f"/proc/self/fd/{number}", f"/dev/{name}")  # noqa: PTH211
    os.symlink("/proc/self/fd", "/dev/fd")  # noqa: PTH211
    _set_read_only("/", True, AT_RECURSIVE)
    _set_read_only(WRITABLE, False)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _mount(source: str | None, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    def text(value: str | None) -> bytes | None:
        return value.encode() if value is not None else None

    _check(
        f"mount {target}", _libc().mount(text(source), text(target), text(kind), ctypes.c_ulong(flags), text(options))
    )


def _set_read_only(target: str, read_only: bool, flags: int = 0) -> None:
    attributes = (ctypes.c_uint64 * 4)(MOUNT_ATTR_RDONLY * read_only, MOUNT_ATTR_RDONLY * (not read_only), 0, 0)
    _check(
        f"mount_setattr {target}",
        _libc().syscall(
            ctypes.c_long(SYS_MOUNT_SETATTR),
            ctypes.c_int(AT_FDCWD),
            ctypes.c_char_p(target.encode()),
            ctypes.c_uint(flags),
            attributes,
            ctypes.c_size_t(ctypes.sizeof(attributes)),
        ),
    )


def _check(what: str, status: int) -> None:
    if status:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:  # noqa: PTH123
        file.write(text)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
