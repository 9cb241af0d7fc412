"""Calls that Linux alone has: each is in a file that does without it elsewhere, and none is anywhere else."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator

import pytest

from tests.offline_home import REPO

# Members of os, signal, socket, select, resource, ctypes' libc and time, and files of the kernel's.
NAMES = """
accept4 AF_NETLINK AF_PACKET copy_file_range CLONE_NEWNS CLONE_NEWUSER epoll eventfd F_ADD_SEALS F_OFD_SETLK F_SETPIPE_SZ
getxattr inotify_init1 listxattr malloc_trim memfd_create mount mount_setattr MSG_CMSG_CLOEXEC O_DIRECT O_PATH O_TMPFILE
pidfd_open pidfd_send_signal POLLRDHUP posix_fadvise posix_fallocate prctl preadv2 prlimit pthread_getcpuclockid pwritev2
RLIMIT_DATA sched_getaffinity sched_setaffinity SCM_CREDENTIALS setns setpriority setxattr signalfd SIGPWR SIGRTMIN SIGSTKFLT
sigtimedwait sigwaitinfo SO_BINDTODEVICE SO_PEERCRED splice syscall TCP_USER_TIMEOUT timerfd_create umount unshare
"""
CALLS = frozenset(NAMES.split())
MAYBE = re.compile(rf"\b({'|'.join(CALLS)})\b|/proc|/sys|/dev/shm|libc|inotifywait|setsid|readlink|stat -c")
"""Found in a text that is worth a parse; most are not."""
FILES = re.compile(r"^/(proc|sys|dev/shm)(/|$)|libc\.so|^inotifywait$|^setsid$|^readlink -f|^stat -c")
# By file, the line that keeps its calls from another system, as a pattern.
GUARDED = {
    "emulator/src/lakeloop_emulator/parent.py": r"except \(AttributeError, OSError\):  # macOS has none",
    # Started by `sandbox`, which asks for mounts where the runtime is Linux's alone.
    "emulator/src/local_lambda/launcher.py": r'if sys\.platform == "linux":\n        die_with',
    "emulator/src/local_lambda/memory.py": r'_of_proc if sys\.platform == "linux" else of_ps',
    "local-athena/src/local_athena/memory.py": r'if sys\.platform != "linux":\n            return',
    "local-athena/src/local_athena/queries/lanes.py": r'if sys\.platform != "linux":',
}


def calls(source: str) -> Iterator[str]:
    """Linux's own calls and files that the Python *source* names, docstrings and comments aside."""
    if not MAYBE.search(source):
        return
    tree = ast.parse(source)
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=name) | ast.Name(id=name) if name in CALLS:
                yield name
            case ast.Constant(value=str(text)) if id(node) not in said and FILES.search(text):
                yield text


def test_calls_of_linux_alone_have_an_equal_elsewhere():
    words = ("ls-files", "--cached", "--others", "--exclude-standard", "*.py")
    listed = subprocess.run(["git", *words], cwd=REPO.root, capture_output=True, text=True, check=True).stdout
    found = {}
    for name in listed.splitlines():
        if "/tests/" not in name and not name.startswith(("bench/", "tests/")) and (REPO.root / name).is_file():
            found[name] = sorted(set(calls((REPO.root / name).read_text("utf-8"))))
    found = {name: of for name, of in found.items() if of}
    assert {name: of for name, of in found.items() if name not in GUARDED} == {}, (
        "guard it (sys.platform, hasattr), give it an equal elsewhere, and say so in GUARDED"
    )
    for name, guard in GUARDED.items():
        assert name in found, f"{name} has none any more: take it out of GUARDED"
        assert re.search(guard, (REPO.root / name).read_text("utf-8")), f"{name} lost its guard"


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.pidfd_open(1)",
        "from os import memfd_create\nmemfd_create('a')",
        "open(f'/proc/{pid}/status')",
        "Path('/dev/shm')",
        "import ctypes\nctypes.CDLL('libc.so.6')",
    ],
)
def test_a_new_one_is_found(source):
    assert list(calls(source))


def test_words_about_them_are_none():
    assert not list(calls('"""/proc/self"""\nx = "a process"  # /proc'))
