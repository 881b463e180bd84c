"""What people tell the office that must stay private: each a made-up word of its own, told through every door."""

from __future__ import annotations

import base64
import hashlib
import random
import re
from dataclasses import dataclass, field
from typing import Any

import httpx

from shared.web.checks import hidden_fields
from shared.web.security import SAME_ORIGIN
from tests.system.apps import OPEN311, file_by_app, send
from tests.system.errands import (
    SATISFIED,
    attribute,
    carry,
    flags_on,
    post_when_known,
    rate,
    triage_as_conduct,
    verified_report,
    verify,
)
from tests.system.operations import (
    A_BOOKING,
    A_CALL,
    A_DECLARATION,
    A_FILING,
    A_GUIDANCE,
    A_LIFT,
    A_REFUSAL,
    A_VISIT,
    ASKED_PAPERS,
)
from tests.system.running import A_DOSSIER, RunningOffice, eventually
from tests.system.visitor import Visitor

LOST = "/intake/counter/lost"
CONDUCT = {"kind": "pakn", "category": "conduct", "severity": "normal"}


@dataclass
class Told:
    """Every private word that was told, by what it is; the same seed makes the same words."""

    dice: random.Random = field(default_factory=lambda: random.Random(2026))
    words: dict[str, str] = field(default_factory=dict)

    def word(self, what: str) -> str:
        """A word nobody else says."""
        letters = "".join(self.dice.choice("bcdfghjklmnpqrstvwxz") for _ in range(16))
        return self._keep(what, f"Q{letters}")

    def digits(self, what: str, start: str, length: int) -> str:
        """A number nobody else has."""
        rest = "".join(self.dice.choice("0123456789") for _ in range(length - len(start)))
        return self._keep(what, start + rest)

    def _keep(self, what: str, secret: str) -> str:
        assert what not in self.words, f"{what} was told already"
        self.words[what] = secret
        return secret

    def person(self, who: str) -> dict[str, str]:
        """Somebody with a name, a phone and an e-mail address."""
        return {
            "full_name": self.word(f"{who}: name"),
            "phone": self.digits(f"{who}: phone", "09", 10),
            "email": f"{self.word(f'{who}: e-mail')}@example.vn",
        }

    def applicant(self, who: str) -> dict[str, str]:
        """Somebody who brings a dossier."""
        number = self.digits(f"{who}: citizen id", "079", 12)
        return self.person(who) | {"citizen_id": number, "address": self.word(f"{who}: address")}


def disguises(secret: str) -> set[bytes]:
    """How a word may stand somewhere without being readable: as it is, encoded, or as the hash that betrays it."""
    plain = secret.encode()
    found = {plain.lower(), plain.hex().encode()}
    found |= {base64.b64encode(b"\0" * shift + plain)[4:-4].lower() for shift in range(3)}
    for spelling in {plain, plain.lower()}:
        found |= {hashlib.new(name, spelling).hexdigest().encode() for name in ("sha256", "sha1", "md5")}
    return found


def tell_the_apis(office: RunningOffice, told: Told) -> None:
    """A dossier, a rating, a report with its answer, and a flag with its explanation, as programs send them."""
    receipt = office.receive_dossier(applicant=told.applicant("applicant"))
    slip = carry(office, receipt["dossier_id"], "take-up", "complete", "hand-over")["slip_code"]
    rate(office, slip, comment=told.word("comment"))
    _the_same_person_again(office, told)
    _a_filing(office, told)
    _two_visits(office, told)
    _a_booking(office, told)
    _a_missed_call(office, told)
    _a_call_on_paper(office, told)
    _a_shift(office, told)
    _a_cluster(office, told)
    reports = [_a_report(office, told, which) for which in ("first report", "second report")]
    with office.client("operator") as operator, office.client("leader") as leader:
        text = operator.get(f"/hotline/complaints/{reports[0]}/text", params={"purpose": "triage"})
        assert told.words["first report: text"] in text.text
        office.post(leader, f"/hotline/complaints/{reports[0]}/answer", {"text": told.word("answer")})
    _a_reports_life(office, told)
    _a_published_answer(office, told)
    (flag,) = eventually(lambda: flags_on(office, "off-clerk-1"), 20)
    _a_procedure(office, told, f"/notifier/flags/{flag['flag_id']}")


def _the_same_person_again(office: RunningOffice, told: Told) -> None:
    body = {"citizen_id": told.words["applicant: citizen id"], "procedure": "1.004222"}
    who = {"citizen_id": body["citizen_id"], "full_name": told.words["applicant: name"]}
    office.receive_dossier(procedure=body["procedure"], papers=["ct01", "cho_o_hop_phap"], applicant=who)
    with office.client("clerk") as clerk:
        assert office.post(clerk, "/intake/dossiers/earlier", body)["hints"]
        number = {"citizen_id": body["citizen_id"]}
        assert office.post(clerk, "/intake/dossiers/of-citizen", number)["cases"]


def _a_filing(office: RunningOffice, told: Told) -> None:
    with office.client("clerk") as clerk:
        asked = ASKED_PAPERS | {"details": told.word("what a filing lacks")}
        refused = A_REFUSAL | {"details": told.word("why a filing is refused")}
        for serial, (step, said) in enumerate((("ask", asked), ("refuse", refused)), 1):
            number = {"portal_number": f"G22.99.03-260605-{serial:06d}"}
            body = A_FILING | number | {"applicant": told.applicant(f"filer {serial}")}
            filing = office.post(clerk, "/intake/filings", body)["filing_id"]
            office.post(clerk, f"/intake/filings/{filing}/{step}", said)


def _two_visits(office: RunningOffice, told: Told) -> None:
    guidance = A_GUIDANCE | {"details": told.word("what a visit lacks")}
    refusal = A_REFUSAL | {"outcome": "refused", "details": told.word("why a visit is refused")}
    with office.client("clerk") as clerk:
        for end in (guidance, refusal):
            ticket = office.post(clerk, "/intake/visits", A_VISIT)
            path = f"/intake/visits/{ticket['visit_id']}"
            office.post(clerk, f"{path}/call", A_CALL)
            office.post(clerk, f"{path}/close", end)


def _a_booking(office: RunningOffice, told: Told) -> None:
    with office.client("leader") as leader:
        emergency = office.post(leader, "/intake/emergencies", A_DECLARATION)["emergency_id"]
        seen = leader.get("/intake/bookings/slots", params={"procedure": A_BOOKING["procedure"]}).json()
        slot = next(each["slot_at"] for each in seen["slots"] if each["left"])
        told_of = {"slot_at": slot, "phone": told.digits("whoever booked: phone", "09", 10)}
        office.post(leader, "/intake/bookings", A_BOOKING | told_of)
        office.post(leader, f"/intake/emergencies/{emergency}/lift", A_LIFT)


def _a_missed_call(office: RunningOffice, told: Told) -> None:
    number = told.digits("whoever called in vain: phone", "09", 10)
    with office.client("operator") as operator:
        call = office.post(operator, "/hotline/calls", {"phone": number})["call"]
        assert operator.get(f"/hotline/calls/{call['call_id']}/number").json()["phone"] == number


def _a_call_on_paper(office: RunningOffice, told: Told) -> None:
    with office.client("operator") as operator:
        sheet = office.post(operator, "/hotline/sheets", {"numbers": 1})["sheet"]
        body = {
            "number": sheet["numbers"][0]["number"],
            "taken_at": sheet["allotted_at"],
            "text": told.word("call on paper: text"),
            "place": told.word("call on paper: place"),
            "reporter": told.person("call on paper: reporter"),
        }
        office.post(operator, f"/hotline/sheets/{sheet['sheet_id']}/enter", body)


def _a_shift(office: RunningOffice, told: Told) -> None:
    with office.client("operator") as operator:
        body = {"taken_by": "off-head-1", "promises": told.word("promised to a caller")}
        post_when_known(operator, "/hotline/shift/hand-over", body, unknown=422)
        assert operator.get("/hotline/shift/promises").json()["promises"] == body["promises"]


def _a_cluster(office: RunningOffice, told: Told) -> None:
    """Two reports whose words, place and senders are compared, and why they are put apart."""
    text, place = told.word("what two report: text"), told.word("what two report: place")
    ids = []
    with office.client("operator") as operator, office.client() as citizen:
        for who in ("one of two", "the other of two"):
            body = {"channel": "web", "text": f"{text} {text}a", "place": place, "reporter": told.person(who)}
            receipt = office.post(citizen, "/hotline/complaints", body)
            ids.append(str(receipt["complaint_id"]))
            kind = CONDUCT | {"category": "sanitation"}
            office.post(operator, f"/hotline/complaints/{ids[-1]}/triage", kind)
        (cluster,) = operator.get("/hotline/clusters").json()
        parting = {"complaint_ids": ids[:1], "reason": told.word("why a cluster is put apart")}
        office.post(operator, f"/hotline/clusters/{cluster['cluster_id']}/split", parting)
        told_why = operator.get(f"/hotline/clusters/{cluster['cluster_id']}/parting").json()
        assert told_why["reason"] == parting["reason"]
        office.post(operator, f"/hotline/complaints/{ids[0]}/merge", {"into": receipt["number"]})
        office.post(
            operator, f"/hotline/complaints/{ids[0]}/separate", {"reason": told.word("why a report is separated")}
        )


def _a_report(office: RunningOffice, told: Told, which: str) -> str:
    body = {
        "channel": "web",
        "text": f"Cán bộ đòi thêm giấy. {told.word(f'{which}: text')}",
        "place": told.word(f"{which}: place"),
        "reporter": told.person(f"{which}: reporter"),
    }
    with office.client() as citizen:
        complaint_id = str(office.post(citizen, "/hotline/complaints", body)["complaint_id"])
    triage_as_conduct(office, complaint_id)
    attribute(office, complaint_id, "off-clerk-1")
    verify(office, complaint_id, evidence=told.word(f"{which}: evidence"))
    return complaint_id


def _a_published_answer(office: RunningOffice, told: Told) -> None:
    """Whoever reported is named in the answer that they read, and in none that everybody reads."""
    who, place = told.person("whose answer is published"), told.word("whose answer is published: place")
    text = told.word("whose answer is published: text")
    body = {"channel": "web", "text": text, "place": place, "reporter": who}
    with office.client() as anybody, office.client("operator") as operator, office.client("leader") as leader:
        filed = office.post(anybody, "/hotline/complaints", body)
        path = f"/hotline/complaints/{filed['complaint_id']}"
        office.post(operator, f"{path}/triage", CONDUCT | {"category": "roads"})
        said = f"Gửi {who['full_name']}, {who['phone']}, {who['email']}, ở {place}: đã sửa, việc {text} đã xong."
        office.post(leader, f"{path}/answer", {"text": said})
        look = {"more": [text]}
        seen = leader.post(f"{path}/preview", json=look).json()
        office.post(leader, f"{path}/publish", look | {"text_sha256": seen["text_sha256"]})
        number = filed["number"]
        pages = (
            "published",
            f"published/{number}",
            "answers",
            f"answers/{number}",
            f"open311/v2/requests/{number}.json",
        )
        read = [anybody.get(f"/hotline/{page}") for page in pages]
    for answer in read:
        assert answer.status_code == 200 and "đã sửa" in answer.text
        assert not [what for what, secret in told.words.items() if secret.lower() in answer.text.lower()]


def _a_reports_life(office: RunningOffice, told: Told) -> None:
    with office.client() as citizen, office.client("operator") as operator, office.client("leader") as leader:
        filed = office.post(
            citizen, "/hotline/complaints", {"channel": "web", "text": told.word("a third report: text")}
        )
        path, status = f"/hotline/complaints/{filed['complaint_id']}", f"/hotline/status/{filed['number']}"
        given = {"official_id": "off-officer-1"}

        def says(about: str) -> dict[str, str]:
            return {"code": filed["receipt_code"], "text": told.word(about)}

        office.post(operator, f"{path}/triage", CONDUCT | {"category": "roads"})
        with office.client("officer", official="off-officer-1") as officer:
            office.post(operator, f"{path}/assign", given)
            office.post(officer, f"{path}/give-back", {"reason": told.word("why a report is given back")})
            office.post(operator, f"{path}/assign", given)
            office.post(officer, f"{path}/ask-supplement", {"question": told.word("what a reporter is asked")})
            office.post(citizen, f"{status}/supplement", says("what the reporter answers"))
            where = {"body": told.word("where a report went"), "told": told.word("what its reporter is told")}
            office.post(officer, f"{path}/refer", where)
            office.post(officer, f"{path}/answer", {"text": told.word("what that body answered")})
        office.post(citizen, f"{status}/reopen", says("what is not settled"))
        office.post(operator, f"{path}/assign", given)
        office.post(leader, f"{path}/reject", {"reason": told.word("why a report is rejected")})
        other = office.post(
            citizen, "/hotline/complaints", {"channel": "web", "text": told.word("a fourth report: text")}
        )
        why = {"code": other["receipt_code"], "text": told.word("why a report is withdrawn")}
        office.post(citizen, f"/hotline/status/{other['number']}/withdraw", why)


def _a_procedure(office: RunningOffice, told: Told, flag: str) -> None:
    with office.client("leader") as leader, office.client("clerk") as concerned:
        office.post(leader, f"{flag}/review", {"proceed": True})
        office.post(leader, f"{flag}/inform")
        office.post(concerned, f"{flag}/explain", {"text": told.word("explanation")})
        assert told.words["explanation"] in leader.get(flag).text
        office.post(leader, f"{flag}/decide", {"finding": "unfounded", "reasons": told.word("reasons")})


def tell_by_an_app(office: RunningOffice, told: Told) -> None:
    """A report as an app hands it over, and one that is refused; then what everybody may read."""
    user = told.person("user of an app")
    said = {
        "last_name": user["full_name"],
        "first_name": "",
        "phone": user["phone"],
        "email": user["email"],
        "description": told.word("text of an app"),
        "address_string": told.word("place of an app"),
        "lat": told.digits("latitude of an app", "21.", 16),
        "media_url": f"https://anh.example.vn/{told.word('picture of an app')}",
        "device_id": told.word("device of an app"),
    }
    number = file_by_app(office, **said)
    wrong = send(office, **said | {"lat": f"{said['lat']}°"})
    with office.client() as anybody:
        lists = [anybody.get(f"{OPEN311}/{path}") for path in ("requests.json", f"requests/{number}.json")]
    assert [each.status_code for each in (wrong, *lists)] == [400, 200, 200]
    assert not [value for value in said.values() if value and any(value in each.text for each in (wrong, *lists))]


def tell_the_pages(office: RunningOffice, told: Told) -> None:
    """The same through forms: a dossier at the counter, its slip, a report on the web, one by phone, and a flag."""
    with Visitor(office, "clerk") as clerk, Visitor(office) as citizen:
        dossier = _a_dossier_at_the_counter(clerk, told)
        number = told.words["applicant at the counter: citizen id"]
        again = {"procedure": A_DOSSIER["procedure"], "citizen_id": number, "do": "date"}
        assert dossier in clerk.submit(clerk.page("/intake/counter"), "/intake/counter", **again).text
        assert dossier in clerk.submit(clerk.page(LOST), LOST, citizen_id=number).text
        read = clerk.submit(clerk.page(dossier), dossier).text
        assert told.words["applicant at the counter: name"] in read
        for step in ("take-up", "complete", "hand-over"):
            answer = clerk.submit(clerk.page(dossier), f"{dossier}/{step}")
        clerk.page(f"{dossier}/m01.pdf")
        _a_rating(citizen, _code(answer), told)
        form = told.person("reporter on the web") | {"place": told.word("place on the web"), "who": "named"}
        citizen.submit(citizen.page("/hotline/"), "/hotline/", text=told.word("text on the web"), **form)
        _a_declaration(citizen, told)
    second = Visitor(office, "leader", official="off-leader-2")
    with Visitor(office, "operator") as operator, Visitor(office, "leader") as leader, second:
        _a_call(operator, leader, second, told)
    for _ in range(2):
        verified_report(office, "off-head-1")
    (flag,) = eventually(lambda: flags_on(office, "off-head-1"), 20)
    with Visitor(office, "leader") as leader, Visitor(office, "head") as concerned:
        _a_procedure_on_pages(leader, concerned, f"/notifier/flags/{flag['flag_id']}", told)


def _a_dossier_at_the_counter(clerk: Visitor, told: Told) -> str:
    typed = {"procedure": "1.001193", "papers": "giay_chung_sinh", "do": "save"}
    applicant = told.applicant("applicant at the counter")
    told.words.pop("applicant at the counter: e-mail")  # the counter does not ask for it
    page = clerk.submit(clerk.page("/intake/counter"), "/intake/counter", **typed, **applicant)
    return str(page.headers["location"]).removesuffix("/receipt")


def _a_declaration(citizen: Visitor, told: Told) -> None:
    """Printed, and told what is wrong with it: none of it is kept anywhere."""
    path = "/intake/procedures/1.001193/declaration/page"
    typed = {
        "asker_name": told.word("name on a declaration"),
        "asker_id": told.digits("citizen id on a declaration", "079", 12),
        "asker_residence": told.word("residence on a declaration"),
    }
    page = citizen.page(path)
    assert citizen.submit(page, path, **typed).headers["content-type"] == "application/pdf"
    wrong = hidden_fields(page.text) | typed | {"child_born": "hôm qua"}
    assert citizen.post(path, data=wrong, headers=SAME_ORIGIN).status_code == 422


def _code(page: httpx.Response) -> str:
    found = re.search(r"(?<![0-9a-fA-F-])[0-9A-Z]{4}(-[0-9A-Z]{4}){3}(?![0-9a-f-])", page.text)
    assert found, "no slip code on the page"
    return found[0]


def _a_rating(citizen: Visitor, code: str, told: Told) -> None:
    answers = {name: str(value).lower() for name, value in SATISFIED.items() if name != "channel"}
    page = eventually(lambda: (asked := citizen.get("/survey/rate", params={"code": code})).is_success and asked, 15)
    citizen.submit(page, "/survey/rate", **answers, slip_code=code, comment=told.word("comment on the page"))


def _a_call(operator: Visitor, leader: Visitor, second: Visitor, told: Told) -> None:
    form = told.person("caller") | {"place": told.word("place of the call"), "who": "named"}
    text, call = told.word("text of the call"), "/hotline/desk/call"
    number = re.search(r"PA-\d{6}-\d{4}", operator.submit(operator.page(call), call, text=text, **form).text)
    assert number, "no number on the receipt"
    half = told.person("caller who is still talking") | {"text": told.word("half a call"), "who": "named"}
    held = hidden_fields(operator.page(call).text)
    assert operator.post(f"{call}/draft", data=held | half, headers=SAME_ORIGIN).status_code == 204
    queue = operator.page("/hotline/desk").text
    (case,) = re.findall(rf'href="(/hotline/desk/[0-9a-f-]{{36}})"[^<]*{number[0]}<', queue)
    operator.submit(operator.page(case), f"{case}/triage", **CONDUCT)
    read = operator.submit(operator.page(case), f"{case}/text", purpose="triage")
    assert told.words["text of the call"] in read.text
    about = {"official_id": "off-officer-1", "conduct": "delay"}
    leader.submit(leader.page(case), f"{case}/attribute", **about)
    found = {"finding": "unfounded", "verified_conduct": "delay", "evidence": told.word("evidence on the page")}
    second.submit(second.page(case), f"{case}/verify", **found)
    leader.submit(leader.page(case), f"{case}/answer", answer_text=told.word("answer on the page"))


def _a_procedure_on_pages(leader: Visitor, concerned: Visitor, flag: str, told: Told) -> None:
    leader.submit(leader.page(flag), f"{flag}/review", proceed="true")
    leader.submit(leader.page(flag), f"{flag}/inform")
    concerned.submit(concerned.page(flag), f"{flag}/explain", text=told.word("explanation on the page"))
    assert told.words["explanation on the page"] in leader.page(flag).text
    reasons = told.word("reasons on the page")
    leader.submit(leader.page(flag), f"{flag}/decide", finding="unfounded", reasons=reasons)


def say_it_in_the_wrong_place(office: RunningOffice, told: Told) -> None:
    """Requests that are refused and hold private words: as a wrong value, an unknown field, an address, a code."""
    word, number = told.word("said in the wrong place"), told.digits("number in the wrong place", "079", 12)
    wrong: list[dict[str, Any]] = [
        A_DOSSIER | {"applicant": {"full_name": word, "citizen_id": f"{number}1"}},
        A_DOSSIER | {"procedure": word},
        A_DOSSIER | {word: number},
    ]
    with office.client("clerk") as clerk, Visitor(office) as citizen:
        for body in wrong:
            assert clerk.post("/intake/dossiers", json=body).status_code in (404, 422)
        for path in (f"/intake/{word}/{number}", f"/intake/dossiers/{word}", f"/hotline/status/{number}?code={word}"):
            assert clerk.get(path).status_code == 404
        assert clerk.post("/intake/dossiers", content=f"{{{word}".encode()).status_code == 422
        assert citizen.get("/intake/", params={"q": word}).status_code == 200
        assert citizen.get("/intake/track", params={"number": word}).status_code == 200
    with office.client() as anybody:
        told_code = {**SATISFIED, "slip_code": word[:16], "comment": word}
        assert anybody.post("/survey/ratings", json=told_code).status_code == 404
