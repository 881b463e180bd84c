"""The application of a service: its documents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fastapi.applications
import pytest

from deploy import office
from shared import app as application
from tests.support import app_of, client_of


@pytest.mark.parametrize("service", office.SERVICES)
async def test_a_services_documents_are_made_once_whoever_asks_how_often(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    made: list[str] = []
    describe, jsonable = application.asyncapi_document, application.JSONResponse

    def describing(*words: Any) -> dict[str, Any]:
        made.append("asyncapi")
        return describe(*words)

    def answering(document: dict[str, Any]) -> Any:
        made.append("rendered")
        return jsonable(document)

    monkeypatch.setattr(application, "asyncapi_document", describing)
    for module in (application, fastapi.applications):
        monkeypatch.setattr(module, "JSONResponse", answering)
    app = app_of(service, database_url, tmp_path)
    async with client_of(app, tmp_path) as client:
        for path in ("/openapi.json", "/asyncapi.json") * 2:
            answer = await client.get(path)
            assert answer.status_code == 200 and answer.headers["content-type"] == "application/json"
            assert answer.json()["info"]["title"].startswith(f"Motcua {service}")
        assert (await client.get("/asyncapi")).status_code == (await client.get("/docs")).status_code == 200
    assert sorted(made) == ["asyncapi", "rendered", "rendered"], (
        "the broker is described once, each document written once"
    )
