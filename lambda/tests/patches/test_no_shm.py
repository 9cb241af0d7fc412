"""Lambda has no /dev/shm: creating a semaphore raises."""

import subprocess
import sys

import pytest

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
SEMANTIC_MODELS = """
from metricflow_semantic_interfaces.validations.semantic_manifest_validator import SemanticManifestValidator
print(bool(SemanticManifestValidator()))
"""


def run(*parts):
    return subprocess.run([sys.executable, "-c", "".join(parts)], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("part", [LOCKS, SEMANTIC_MODELS])
def test_a_semaphore_raises_without_the_replacement(part):
    """Otherwise the test below shows nothing."""
    assert "Function not implemented" in run(WITHOUT_SHARED_MEMORY, part).stderr


def test_locks_and_thread_pools_work():
    done = run(WITHOUT_SHARED_MEMORY, "from dbt_runner.patches import no_shm\n", LOCKS)
    assert (done.stdout, done.stderr) == ("[1, 2]\n", "")


def test_a_project_with_semantic_models_is_parsed():
    """dbt makes this validator for each, and with it an executor of processes: dbt/contracts/graph/semantic_manifest.py."""
    done = run(WITHOUT_SHARED_MEMORY, "from dbt_runner.patches import no_shm\n", SEMANTIC_MODELS)
    assert (done.stdout, done.stderr) == ("True\n", "")
