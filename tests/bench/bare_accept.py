"""The bare side of `accept`: the endpoint that anyone would write. FastAPI, SQLModel, an async session, two rows in one
commit; nothing of ours is imported.

    BARE_DATABASE_URL=sqlite+aiosqlite:////tmp/bare.db uvicorn tests.bench.bare_accept:app

On SQLite with what makes this code fast and safe: WAL, every commit on the disk (as with ours), and writers that queue
on a lock, since SQLite lets only one write at a time and lets the others poll.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import uuid4

import sqlalchemy as sa
from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

URL = os.environ["BARE_DATABASE_URL"]
engine = create_async_engine(URL, pool_size=16, max_overflow=0)
sessions = async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)
one_writer = asyncio.Semaphore(1 if URL.startswith("sqlite") else 16)

if URL.startswith("sqlite"):

    @sa.event.listens_for(engine.sync_engine, "connect")
    def _(connection: Any, _record: Any) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")


def now() -> datetime:
    return datetime.now(UTC)


def new_id() -> str:
    return str(uuid4())


class Dossier(SQLModel, table=True):
    dossier_id: str = Field(default_factory=new_id, primary_key=True)
    procedure: str
    channel: str
    full_name: str
    citizen_id: str
    phone: str | None = None
    papers: list[str] = Field(sa_type=sa.JSON)
    received_at: datetime = Field(default_factory=now, sa_type=sa.DateTime(timezone=True))


class History(SQLModel, table=True):
    id: str = Field(default_factory=new_id, primary_key=True)
    dossier_id: str = Field(index=True)
    what: str
    at: datetime = Field(default_factory=now, sa_type=sa.DateTime(timezone=True))


class Applicant(BaseModel):
    full_name: str
    citizen_id: str
    phone: str | None = None


class NewDossier(BaseModel):
    procedure: str
    channel: str
    applicant: Applicant
    papers: list[str] = []


class Receipt(BaseModel):
    dossier_id: str
    received_at: datetime


async def a_session() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    async with engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.post("/dossiers", status_code=201)
async def receive(body: NewDossier, session: Annotated[AsyncSession, Depends(a_session)]) -> Receipt:
    dossier = Dossier(procedure=body.procedure, channel=body.channel, papers=body.papers, **body.applicant.model_dump())
    session.add(dossier)
    session.add(History(dossier_id=dossier.dossier_id, what="received"))
    async with one_writer:
        await session.commit()
    return Receipt(dossier_id=dossier.dossier_id, received_at=dossier.received_at)
