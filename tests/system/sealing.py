"""What is said of somebody in secret: by the API, on a page, and in a report that turns out to be a denunciation."""

from __future__ import annotations

from tests.system.confidences import Told
from tests.system.running import RunningOffice
from tests.system.visitor import Visitor

DENOUNCE = "/hotline/denunciation"
SEALED = (
    "denunciation",
    "who is denounced",
    "where that was",
    "denouncer: name",
    "denouncer: phone",
    "denouncer: e-mail",
    "denunciation on a page",
    "denouncer on a page",
    "report that denounces",
)
"""What no table holds in a form that anybody here can read."""


def tell_in_secret(office: RunningOffice, told: Told) -> None:
    """Two denunciations, and a report of which a denunciation is taken out."""
    body = {
        "accused": "chair",
        "text": told.word("denunciation"),
        "accused_name": told.word("who is denounced"),
        "place": told.word("where that was"),
        "denouncer": told.person("denouncer"),
    }
    with office.client() as anybody, office.client("operator") as operator:
        office.post(anybody, "/hotline/denunciations", body)
        said = {"channel": "web", "text": told.word("report that denounces")}
        report = office.post(anybody, "/hotline/complaints", said)
        rest = {"accused": "official", "rest": told.word("what is left of a report")}
        path = f"/hotline/complaints/{report['complaint_id']}"
        assert office.post(operator, f"{path}/denunciation", rest)["status"] == "filed"
        guided = office.post(anybody, "/hotline/complaints", {"channel": "web", "text": told.word("complaint: text")})
        path = f"/hotline/complaints/{guided['complaint_id']}"
        part = [{"text": told.word("part of a report"), "place": told.word("place of a part")}]
        office.post(operator, f"{path}/split", {"rest": told.word("complaint after the split"), "parts": part})
        office.post(operator, f"{path}/triage", {"kind": "khieu_nai", "category": "land", "severity": "normal"})
        office.post(operator, f"{path}/guide", {"issuer": "commune_chair", "told": told.word("guidance")})
        letter = {"admitted_on": "2026-06-05", "course": "first", "letter": told.word("letter of the body")}
        office.post(operator, f"{path}/admit", letter)
    with Visitor(office) as citizen:
        typed = {"accused": "official", "full_name": told.word("denouncer on a page")}
        page = citizen.submit(citizen.page(DENOUNCE), DENOUNCE, text=told.word("denunciation on a page"), **typed)
        assert page.status_code == 200, page.text
