"""The API: what can be asked for, and what it answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi_offline import FastAPIOffline
from pydantic import BaseModel, ConfigDict, Field
from retail_db import lifecycle, load, reading, workload
from retail_db.settings import Away, Place, SourceError
from retail_db.tables import Table

from data_api import files, items
from data_api.guard import Guard
from data_api.jobs import Job, Jobs

MOST_ROWS = 10_000_000
AT_ONCE = 10_000
"""Rows up to which a call is answered at its end; with more it is answered at once with a job to ask for."""
MOST_PAGE = 5_000
_MOST_SEED = 2**63 - 1
Target = Literal["postgres", "files", "dynamodb"]


class Problem(BaseModel):
    """Why a call was not carried out, and what to do."""

    detail: str


class Changes(BaseModel):
    """Words of a workload. An unknown word is refused."""

    model_config = ConfigDict(extra="forbid")
    rate: int = Field(20, ge=1, le=workload.MOST_RATE, description="changes a second, each a transaction")
    seconds: int = Field(60, ge=1, le=workload.MOST_SECONDS, description="for how long")
    seed: int = Field(42, ge=0, le=_MOST_SEED, description="the same seed upon the same rows makes the same changes")


class Since(BaseModel):
    """Words for a page of rows. An unknown word is refused."""

    model_config = ConfigDict(extra="forbid")
    updated_since: datetime | None = Field(None, description="rows that changed then or later; UTC without an offset")
    after: str | None = Field(None, max_length=200, description="`next` of the page before")
    limit: int = Field(1_000, ge=1, le=MOST_PAGE, description="rows of a page at the most")


class Rows(BaseModel):
    """A page of rows, the oldest change first."""

    rows: list[dict[str, Any]]
    next: str | None = Field(description="`after` of the next page; null at the end")


class Report(BaseModel):
    """A job."""

    id: int
    what: str
    state: Literal["running", "done", "failed"]
    done: int = Field(description="how many of `total` are made")
    total: int
    rows: dict[str, int] = Field(description="rows by table, or changes by kind, when it is done")
    seconds: float
    message: str | None = Field(None, description="why it failed")


REFUSED: dict[int | str, dict[str, Any]] = {
    403: {"model": Problem, "description": "Called under another name, or by a web page"},
    409: {"model": Problem, "description": "Something that it needs is not there, or another job is in the way"},
    422: {"model": Problem, "description": "A word that is unknown or out of range"},
    503: {"model": Problem, "description": "The target is away"},
}
STARTED: dict[int | str, dict[str, Any]] = {202: {"model": Report, "description": "Begun: ask `GET /api/jobs/{id}`"}}


def create(place: Place, port: int, most_rows: int = MOST_ROWS) -> FastAPI:
    """The API of the database at *place*, called at *port* of loopback; a call may ask for *most_rows* at the most."""
    jobs = Jobs()

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        yield
        jobs.close()

    class Generate(BaseModel):
        model_config = ConfigDict(extra="forbid")
        count: int = Field(1_000, ge=1, le=most_rows, description="how many rows to add")
        seed: int = Field(42, ge=0, le=_MOST_SEED, description="the same seed gives the same rows")
        target: Target = Field(
            "postgres", description="the shop's database, files below .lakeloop/sources, or DynamoDB"
        )

    app = FastAPIOffline(
        title="Synthetic data of a shop",
        description="Rows for the shop's database (`just sources-up`), raw files, and changes at a rate.",
        version="1",
        lifespan=life,
        redoc_url=None,
    )
    app.add_middleware(Guard, port=port)
    app.add_exception_handler(SourceError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)

    @app.get("/", include_in_schema=False)
    def home() -> RedirectResponse:
        return RedirectResponse("/docs")

    @app.post("/api/generate/changes", status_code=202, responses=REFUSED, summary="Let the shop work", tags=["make"])
    def changes(words: Annotated[Changes, Query()], response: Response) -> Report:
        there = lifecycle.require(place)
        workload.check(there)
        run = partial(workload.run, there, words.seed, words.rate, words.seconds)
        what = f"{words.rate} changes a second for {words.seconds} s"
        return _started(jobs.run("changes", what, words.rate * words.seconds, run, wait=False), response)

    @app.post("/api/generate/{table}", responses=REFUSED | STARTED, summary="Make rows of a table", tags=["make"])
    def generate(table: Table, words: Annotated[Generate, Query()], response: Response) -> Report:
        what = f"{words.count:,} {table} into {words.target}"
        if words.target == "postgres":
            there = lifecycle.require(place)
            load.check(there, table, words.count)
            run = partial(load.generate, there, table, words.seed, words.count)
        elif words.target == "dynamodb":
            items.check(table)
            run = partial(items.put, table, words.seed, words.count)
        else:
            files.check(table)
            run = (
                partial(files.feed, place.state / "raw", words.seed, words.count)
                if table == "orders"
                else partial(files.table, place.state / "rows", table, words.seed, words.count)
            )
        at_once = words.count <= AT_ONCE
        job = jobs.run(words.target, what, words.count, run, wait=at_once)
        return _report(job) if at_once else _started(job, response)

    @app.get(
        "/api/rows/{table}",
        responses={code: REFUSED[code] for code in (403, 409, 422, 503)},
        summary="Read what has changed",
        tags=["read"],
    )
    def rows(table: Table, words: Annotated[Since, Query()]) -> Rows:
        since = words.updated_since
        if since is not None and since.tzinfo is None:
            since = since.replace(tzinfo=UTC)
        after = None if words.after is None else reading.mark(words.after)
        found = reading.page(lifecycle.require(place), table, since, after, words.limit)
        return Rows(rows=found.rows, next=found.next)

    @app.get("/api/jobs", responses={403: REFUSED[403]}, summary="The latest jobs", tags=["jobs"])
    def listed() -> list[Report]:
        return [_report(job) for job in jobs.all()]

    @app.get(
        "/api/jobs/{number}",
        response_model=Report,
        responses={403: REFUSED[403], 404: {"model": Problem}, 422: REFUSED[422]},
        summary="How far a job is",
        tags=["jobs"],
    )
    def one(number: int) -> Any:
        job = jobs.get(number)
        if job is None:
            return JSONResponse({"detail": f"There is no job {number}: GET /api/jobs lists those that are known."}, 404)
        return _report(job)

    return app


def _started(job: Job, response: Response) -> Report:
    response.status_code = 202
    response.headers["Location"] = f"/api/jobs/{job.id}"
    return _report(job)


def _report(job: Job) -> Report:
    """A job as the API tells of it. An error that nobody expected is told by its name; the log has the rest."""
    error = job.error
    message = (
        None if error is None else str(error) if isinstance(error, (SourceError, OSError)) else type(error).__name__
    )
    state: Literal["running", "done", "failed"] = "running" if not job.ended else "done" if error is None else "failed"
    return Report(
        id=job.id,
        what=job.what,
        state=state,
        done=job.done,
        total=job.total,
        rows=dict(job.rows),
        seconds=job.seconds,
        message=message,
    )


def _refused(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, 503 if isinstance(error, Away) else 409)


def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = [f"{'.'.join(str(part) for part in each['loc'][1:])}: {each['msg']}" for each in error.errors()]
    return JSONResponse({"detail": "; ".join(found)}, 422)
