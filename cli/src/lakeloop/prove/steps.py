"""Steps of a proof, in their order, each of them recipes that a person could type."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import ClientError

from lakeloop.aws import tfvars
from lakeloop.aws.account import Account
from lakeloop.aws.place import Place
from lakeloop.aws.terraform.backend import lock
from lakeloop.aws.terraform.outputs import Outputs, outputs
from lakeloop.bootstrap.names import Names
from lakeloop.errors import UserError
from lakeloop.prove.deploy_role import taken
from lakeloop.prove.typed import Typist
from lakeloop.workspace import Workspace

# A setting of the function: a version that is published for it, and works as the one before.
_MEMORY = "memory_size"
_OTHER_MEMORY = {f"TF_VAR_{_MEMORY}": "2560"}
_RUN = re.compile(r"^The run (\S+) has begun", re.MULTILINE)
_DESTROY = "DESTROY"


@dataclass(frozen=True)
class Step:
    """A step: ``do`` says in a sentence what was seen, or raises ``UserError``; ``left_out`` is the reason if it is.

    ``lasts`` is false of the steps after which there is no lake to ask for its cost.
    """

    name: str
    recipe: str
    do: Callable[[], str]
    left_out: str = ""
    lasts: bool = True


@dataclass
class Way:
    """Way into the account and out of it again."""

    workspace: Workspace
    place: Place
    names: Names
    who: Account
    typist: Typist
    raw: tuple[str, ...] = ()
    """The words for another folder of raw files."""
    failed_run: str = ""
    good_run: str = ""

    @property
    def lake(self) -> Outputs:
        return outputs(self.workspace, self.place)

    def steps(self, *, loads: bool) -> list[Step]:
        """All of them. *loads*: whether the project has raw files, without which nothing is to break and to mend."""
        env = f"env={self.place.environment}"
        no_raw = "" if loads else "the project loads no raw files"
        same_memory = tfvars.says(self.workspace, self.place.environment, _MEMORY)
        no_other = f"{tfvars.file(self.place.environment)} says {_MEMORY}" if same_memory else ""
        return [
            Step("bootstrap", f"just bootstrap {env}", self._bootstrap, lasts=False),
            Step("deploy", f"just deploy {env}", self._deploy),
            Step("no drift", f"just deploy-plan {env}", self._plan),
            Step("load", f"just load {env}", self._load, no_raw),
            Step("run", f"just run {env}", self._run),
            Step("run without one of its raw tables", f"just run {env}", self._run_broken, no_raw),
            Step("load it again", f"just load {env}", self._load, no_raw),
            Step("retry what failed", f"just run retry RUN {env}", self._retry, no_raw),
            Step("query", f"just query {env}", self._query),
            Step("parity with DuckDB", f"just parity {env}", self._parity, no_raw),
            Step("report", f"just report {env}", self._report),
            Step("deploy another version", f"just deploy {env}", self._deploy_other, no_other),
            Step("roll back", f"just rollback {env}", self._rollback, no_other),
            Step("load as the deploy role", f"just load {env}", self._load_as_role, no_raw),
            Step("destroy", f"just destroy {env}", self.destroy, lasts=False),
            Step("unbootstrap", f"just unbootstrap {env}", self.unbootstrap, lasts=False),
        ]

    def destroy(self) -> str:
        """Take the lake away; whoever died with the state's lock in hand was this proof's own."""
        self.unlock()
        printed = self.typist.types("destroy", f"confirm={_DESTROY}")
        return _line(printed, r"Apply complete! .*|There is nothing of .*")

    def unbootstrap(self) -> str:
        printed = self.typist.types("unbootstrap", f"confirm={self.place.environment}")
        kept = re.findall(r"^kept  .*", printed, re.MULTILINE)
        return f"{len(re.findall('^gone  ', printed, re.MULTILINE))} things gone. {' '.join(kept)}"

    def unlock(self) -> None:
        """Take away the lock that an interrupted proof has left; no other one is at work."""
        if lock(self.place, self.names.backend):
            self.typist.types("unlock", f"confirm={self.place.environment}")

    def _bootstrap(self) -> str:
        printed = self.typist.types("bootstrap", f"repo={self.names.repository}")
        return _line(printed, r"\d+ of \d+ things made\.|All of it was there.*")

    def _deploy(self) -> str:
        self.unlock()
        return self._deployed(self.typist.types("deploy", f"confirm={self.place.environment}"))

    def _plan(self) -> str:
        printed = self.typist.types("deploy-plan")
        if "No changes" not in printed:
            raise UserError(f"A plan right after the deployment has changes:\n{printed[-2000:]}")
        return "a plan right after it has no changes"

    def _load(self) -> str:
        return _line(self.typist.types("load", *self.raw), r"\d+ files sent .*|Local files stand in .*")

    def _run(self) -> str:
        return self._ran(self.typist.types("run"))

    def _run_broken(self) -> str:
        glue, database = self.place.client("glue"), self.lake.raw_database
        try:
            table = glue.get_tables(DatabaseName=database)["TableList"][0]["Name"]
            glue.delete_table(DatabaseName=database, Name=table)
        except (ClientError, IndexError) as error:
            raise UserError(f"No table of {database} can be taken away: {error}") from error
        printed = self.typist.types("run", code=1)
        self.failed_run = _found(printed, _RUN)
        return f"without {database}.{table} it fails, as it should; {self._ran(printed)}"

    def _retry(self) -> str:
        return self._ran(self.typist.types("run", "retry", self.failed_run))

    def _query(self) -> str:
        lake = self.lake
        try:
            tables = self.place.client("glue").get_tables(DatabaseName=lake.glue_database)["TableList"]
        except ClientError as error:
            raise UserError(f"The tables of {lake.glue_database} cannot be listed: {error}") from error
        if not tables:
            raise UserError(f"The run has left no table in {lake.glue_database}.")
        table = tables[0]["Name"]
        printed = self.typist.types("query", f'select count(*) as found from "{table}"', "format=json")
        return f"{table}: {_line(printed, r'.found.: .*(?=})')} rows"

    def _parity(self) -> str:
        return _line(self.typist.types("parity", *self.raw), r"\d+ differing rows in \d+ tables")

    def _report(self) -> str:
        self.typist.types("report", f"run={self.good_run}")
        return "a page of the last run was made"

    def _deploy_other(self) -> str:
        printed = self.typist.types("deploy", f"confirm={self.place.environment}", variables=_OTHER_MEMORY)
        return f"with another memory: {self._deployed(printed)}"

    def _rollback(self) -> str:
        printed = self.typist.types("rollback", f"confirm={self.place.environment}")
        return _line(printed, r"is version \d+ again, before it was \d+")

    def _load_as_role(self) -> str:
        with taken(self.place, self.names, self.who) as role:
            return _line(self.typist.types("load", *self.raw, variables=role), r"\d+ files sent .*")

    def _deployed(self, printed: str) -> str:
        return _line(printed, r"Version \d+ of \S+ works, and is live")

    def _ran(self, printed: str) -> str:
        run = _found(printed, _RUN)
        if run != self.failed_run:
            self.good_run = run
        ran = re.search(r"│ ran\s+│ (?P<told>.*?)\s*│", printed)
        return ran["told"] if ran else "nothing ran"


def _found(printed: str, pattern: re.Pattern[str]) -> str:
    found = pattern.search(printed)
    if found is None:
        raise UserError(f"It printed nothing of the form {pattern.pattern}:\n{printed[-2000:]}")
    return found[1]


def _line(printed: str, pattern: str) -> str:
    """Text of the form *pattern* in what was printed. Raises ``UserError`` if nothing was: the recipe did not do its work."""
    return _found(printed, re.compile(f"({pattern})"))
