"""Lambda has no /dev/shm: creating a semaphore raises."""

import subprocess
import sys

# As Lambda answers: the function exists and is not implemented.
WITHOUT_SHARED_MEMORY = """
import _multiprocessing
def no_shared_memory(*_):
    raise OSError(38, "Function not implemented")
no_shared_memory.SEM_VALUE_MAX = 1
_multiprocessing.SemLock = no_shared_memory
"""
LOCKS = """
import multiprocessing
from multiprocessing.pool import ThreadPool
spawn = multiprocessing.get_context("spawn")
for lock in (spawn.Lock(), spawn.RLock()):
    with lock:
        pass
with ThreadPool(2) as pool:
    print(pool.map(abs, [-1, -2]))
"""


def run(*parts):
    return subprocess.run([sys.executable, "-c", "".join(parts)], capture_output=True, text=True, check=False)


def test_a_semaphore_raises_without_the_replacement():
    """Otherwise the test below shows nothing."""
    assert "Function not implemented" in run(WITHOUT_SHARED_MEMORY, LOCKS).stderr


def test_locks_and_thread_pools_work():
    done = run(WITHOUT_SHARED_MEMORY, "from dbt_runner.patches import no_shm\n", LOCKS)
    assert (done.stdout, done.stderr) == ("[1, 2]\n", "")
