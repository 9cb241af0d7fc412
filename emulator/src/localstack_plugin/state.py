"""The memory of LocalStack's services as bytes, and back.

LocalStack has the means and no use of them in its free edition: every provider shows where its memory is to a visitor,
is told before and after it is saved or loaded, and objects that Python cannot write have their ways through dill. So
there is nothing here about any service but S3's place at the end: what Glue says of a file is true once S3 has it.

A state is a program's memory: to load one is to run what it says (ADR 21). ``lakeloop_emulator.saved`` is asked first.
"""

from __future__ import annotations

import logging
import pickle  # nosec B403: of states that lakeloop_emulator.saved lets through
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from botocore.client import BaseClient
from localstack.aws.connect import MetadataRequestInjector
from localstack.services.plugins import SERVICE_PLUGINS, Service
from localstack.services.stores import AccountRegionBundle
from localstack.state import AssetDirectory, StateVisitor
from localstack.state import pickle as objects
from moto.core.base_backend import BackendDict

from lakeloop_emulator.saved import Header, Saved, digest

LOG = logging.getLogger(__name__)
LAKE = frozenset({"athena", "glue", "s3"})
"""Without these a state is not worth having: if one cannot be saved, nothing is."""
_LAST = "s3"


@runtime_checkable
class Kept(Protocol):
    """Memory that is neither LocalStack's nor moto's."""

    service_name: str

    def keep(self, folder: Path) -> tuple[Any, set[str]]:
        """The argument of ``restore``, and the names of all files in *folder* that it needs."""

    def restore(self, folder: Path, kept: Any) -> None:
        """Be as it was at ``keep``."""


def save(saved: Saved, stamp: dict[str, str]) -> Header:
    """Write the memory of every service that was used. Raises if the lake's cannot be written; then all is as it was."""
    saved.make()
    try:
        return _save(saved, stamp)
    except BaseException:
        saved.abandon()
        raise


def _save(saved: Saved, stamp: dict[str, str]) -> Header:
    memories: dict[str, bytes] = {}
    left_out: dict[str, str] = {}
    files: set[str] = set()
    names = sorted(SERVICE_PLUGINS.list_active_services(), key=lambda name: (name == _LAST, name))
    for name in names:
        service = SERVICE_PLUGINS.get_service(name)
        try:
            memories[name], needed = _memory_of(service, saved.objects)
            files |= needed
        except Exception as error:
            if name in LAKE:
                raise
            LOG.warning("The state of %s is not saved", name, exc_info=True)
            left_out[name] = f"{type(error).__name__}: {error}"
    payload = pickle.dumps(memories)
    header = Header(
        stamp=stamp,
        saved_at=datetime.now(UTC).astimezone().isoformat(" ", "seconds"),
        digest=digest(payload),
        services=sorted(memories),
        left_out=left_out,
        objects={name: (saved.objects / name).stat().st_size for name in sorted(files)},
    )
    saved.replace(header, payload)
    return header


def _memory_of(service: Service, folder: Path) -> tuple[bytes, set[str]]:
    """Its memory, which can be read again, and the names of the files in *folder* that it needs."""
    service.lifecycle_hook.on_before_state_save()
    for last in (False, False, True):
        visitor = _Saving(folder)
        try:
            service.accept_state_visitor(visitor)
            memory = objects.dumps(visitor.found)
            break
        except (
            RuntimeError
        ):  # a dictionary that changed meanwhile: nobody is served any more, but something may end yet
            if last:
                raise
    objects.loads(memory)  # what cannot be read again is found now, not at the next start
    service.lifecycle_hook.on_after_state_save()
    return memory, visitor.files


def load(saved: Saved) -> dict[str, Service]:
    """Give every service the memory that it had. Raises whatever fails; nobody may use a service then.

    Answers the services, who have yet to be told (``on_after_state_load``): only then do they act on what they remember.
    """
    memories: dict[str, bytes] = pickle.loads(saved.payload())  # nosec B301
    services = {name: SERVICE_PLUGINS.require(name) for name in memories}
    found = {name: objects.loads(memory) for name, memory in memories.items()}
    for name, service in services.items():
        service.lifecycle_hook.on_before_state_load()
        service.accept_state_visitor(_Loading(saved.objects, found[name]))
    return services


@objects.register(MetadataRequestInjector, subclasses=True)  # type: ignore[untyped-decorator]
@objects.register(BaseClient, subclasses=True)  # type: ignore[untyped-decorator]
def _leave_out(pickler: Any, client: Any) -> None:
    """Executions of state machines hold the clients that they worked with, which no pickle takes."""
    pickler.save_reduce(_nothing, (), obj=client)


def _nothing() -> None:
    """Stands in for a boto3 client after a restore: its next user makes another."""


class _Saving(StateVisitor):  # type: ignore[misc]
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.found: list[Any] = []
        self.files: set[str] = set()

    def visit(self, state_container: Any) -> None:
        match state_container:
            case AccountRegionBundle():
                accounts = {account: (regions._global, dict(regions)) for account, regions in state_container.items()}
                self.found.append((state_container._universal, accounts))
            case BackendDict():
                self.found.append({account: dict(regions) for account, regions in state_container.items()})
            case AssetDirectory():
                root = state_container.path
                found = {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}
                self.found.append(found)
            case Kept():
                kept, files = state_container.keep(self._folder)
                self.found.append(kept)
                self.files |= files
            case _:
                raise TypeError(f"{type(state_container).__name__} is kept in no way that is known")


class _Loading(StateVisitor):  # type: ignore[misc]
    """Puts back what ``_Saving`` found, in the same order."""

    def __init__(self, folder: Path, found: list[Any]) -> None:
        self._folder, self._found = folder, iter(found)

    def visit(self, state_container: Any) -> None:
        found = next(self._found)
        match state_container:
            case AccountRegionBundle():
                _put_stores(state_container, *found)
            case BackendDict():
                for account, regions in found.items():
                    for region, backend in regions.items():
                        state_container[account][region] = backend
            case AssetDirectory():
                for path, content in found.items():
                    target = state_container.path / path
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(content)
            case Kept():
                state_container.restore(self._folder, found)


def _put_stores(bundle: AccountRegionBundle, universal: dict[str, Any], accounts: dict[str, Any]) -> None:
    """The stores hold on to what all of an account and all of the bundle share: so must the bundle."""
    bundle._universal = universal
    for account, (shared, regions) in accounts.items():
        bundle[account]._global, bundle[account]._universal = shared, universal
        bundle[account].update(regions)
