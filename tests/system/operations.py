"""Every operation of every service's API: who may ask for it, and a body that it takes. A new one is added here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, get_args

from shared.events.personnel import Role
from shared.worktime import VN, Calendar, Limit, promise
from tests.system.errands import EVIDENCE, REPORT, SATISFIED
from tests.system.running import A_DOSSIER

NOBODY = "01999999-0000-7000-8000-000000000000"
"""The id of nothing."""
ROLES: tuple[str, ...] = get_args(Role)
SIGNED_IN = ROLES
"""Open to whoever is signed in."""
HEADS = ("head", "leader")
DESK = ("operator", *HEADS)
HANDS = ("officer", *DESK)
OF_HOTLINE = ("complaint_id", "call_id", "sheet_id", "test_id", "cluster_id", "subject_id", "petition_id", "day")
OF_THE_LINE = (*OF_HOTLINE, "file_ref", "channel")
WORKERS = ("clerk", "officer", "head")
HEARD = ("supplement", "reopen", "withdraw")


@dataclass(frozen=True)
class Operation:
    """One operation. `roles` is None when it is public; `body` is one that is taken, as far as its shape goes."""

    service: str
    method: str
    path: str
    roles: tuple[str, ...] | None = None
    body: Any = None
    query: str = ""

    def __str__(self) -> str:
        return f"{self.service} {self.method} {self.path}"

    def url(self, **values: str) -> str:
        """Where it is asked for; unknown ids where none are given."""
        of_intake = ("code", "dossier_id", "filing_id", "visit_id", "emergency_id", "booking_id")
        names = (*of_intake, *OF_THE_LINE, "flag_id", "number", "service_code", "service_request_id", "token")
        return f"/{self.service}" + self.path.format_map(dict.fromkeys(names, NOBODY) | values) + self.query

    @property
    def of_a_case(self) -> bool:
        """Whether it is about one case."""
        return "{" in self.path


A_COMPLAINT = {
    "channel": "web",
    "text": REPORT,
    "place": "Xóm Đồng Cả",
    "reporter": {"full_name": "Trần Thị Bình", "phone": "0987654321", "email": "binh@example.vn"},
    "dossier_number": "H55.27.05-260605-0001",
}
SOMEBODY = {"citizen_id": A_DOSSIER["applicant"]["citizen_id"], "procedure": "1.001193"}
WITHOUT_RECEIPT = {"citizen_id": A_DOSSIER["applicant"]["citizen_id"]}
A_TRIAGE = {"kind": "pakn", "category": "conduct", "severity": "normal"}
AN_ATTRIBUTION = {"official_id": "off-clerk-1", "conduct": "harassment"}
A_REFERRAL = {"body": "Công an phường", "told": "Việc này do công an phường giải quyết."}
A_REASON = {"reason": "Việc này không thuộc đường dây này."}
A_LOOK = {"more": ["quán phở góc chợ"], "opened": []}
A_PUBLICATION = A_LOOK | {"text_sha256": "0" * 64}
WITHHELD = {"reason_code": "names_somebody"}
TOLD = {"code": "0000-0000-0000-0000", "text": "Đèn vẫn chưa sáng."}
A_GUIDE = {"issuer": "commune_chair", "told": "Mang theo quyết định."}
AN_ADMISSION = {"admitted_on": "2026-06-05", "course": "first", "letter": "15/TB-UBND"}
A_SPLIT = {"rest": "Đèn hỏng.", "parts": [{"text": "Đất bị lấn.", "place": "Xóm Gò"}]}
TAKEN_OUT = {"accused": "official", "official_id": "off-clerk-1", "rest": "Đèn hỏng."}
DENOUNCER = {"full_name": "Trần Thị Bình", "phone": "0987654321"}
A_DENUNCIATION = {"accused": "official", "text": REPORT, "denouncer": DENOUNCER}
A_FINDING = {"finding": "true", "conduct": "harassment", "evidence": EVIDENCE}
A_MISSED_CALL = {"phone": "0912345678"}
A_SHIFT = {"taken_by": "off-head-1", "promises": "Gọi lại cho người báo cột điện đổ."}
A_LINE_TEST = {"answered": True, "seconds": 12}
A_PARTING = {"complaint_ids": [NOBODY], "reason": "Hai bãi rác khác nhau."}
A_STEP = {"rung": "officer", "outcome": "agreed", "note": "Hẹn dọn xong thứ Sáu."}
A_PETITION = {"category": "land", "level": "province"}
A_SHEET = {"numbers": 3}
A_CALL_ON_PAPER = {"number": "PA-260605-0001", "taken_at": datetime.now(VN).isoformat(), "text": REPORT}
VOID_NUMBERS = {"numbers": ["PA-260605-0002"], "reason_code": "not_needed"}
A_CALL_BACK = {"outcome": "not_reached", "attempt": 1}
A_POSTPONEMENT = {"working_days": 5, "reason_code": "staff_absent"}
A_COPY = A_DOSSIER | {"procedure": "2.000815", "papers": ["ban_chinh", "ban_sao"]}
AN_HOUR_AGO = datetime.now(VN) - timedelta(hours=1)
OF_THE_PROVINCE = {
    "number": "H55.27.05-260605-990001",
    "procedure": "1.004873",
    "channel": "online",
    "applicant": A_DOSSIER["applicant"],
    "received_at": AN_HOUR_AGO.isoformat(),
    "due_at": promise(Limit.working_days(3), AN_HOUR_AGO, Calendar()).due_at.isoformat(),
}
ASKED_PAPERS = {"papers": ["giay_chung_sinh"], "reason_code": "papers_unclear", "details": "Giấy bị mờ số."}
WITH_A_FEE = A_DOSSIER | {"procedure": "2.000528", "papers": ["giay_chung_sinh", "thoa_thuan_quoc_tich"]}
A_FEE = {"amount": 150_000, "basis": "281/2016/TT-BTC"}
A_HAND_OVER = {
    "handed_to": "representative",
    "representative": {"full_name": "Lê Thị Bình", "citizen_id": "019203009999"},
}
A_CORRECTION = {"reason_code": "typing_error", "full_name": "Nguyễn Văn Ân"}
AN_END = {"reason_code": "not_eligible", "basis": "118/2025/NĐ-CP, Điều 19", "details": "Không thuộc thẩm quyền."}
A_FILING = {
    "portal_number": "G22.99.01-260605-000123",
    "procedure": "1.001193",
    "applicant": A_DOSSIER["applicant"],
    "papers": [],
    "filed_at": (datetime.now(VN) - timedelta(hours=1)).isoformat(),
}
A_REFUSAL = {"reason_code": "not_competent", "basis": "118/2025/NĐ-CP, Điều 17", "details": "Nộp ở xã khác."}
A_VISIT = {"purpose": "file", "procedure": "1.001193", "channel": "kiosk", "code": "0000-0000-0000-0000"}
A_CALL = {"desk": "2"}
A_CALL_OF_ONE = {"desk": "2", "from_desk": "1"}
A_GUIDANCE = {
    "outcome": "guided",
    "procedure": "1.001193",
    "papers": ["giay_chung_sinh"],
    "details": "Xin lại ở bệnh viện.",
    "desk": "2",
}
TODAY = datetime.now(VN).date()
A_DECLARATION = {
    "act": "16/CT-TTg",
    "first_day": TODAY.isoformat(),
    "last_day": (TODAY + timedelta(days=14)).isoformat(),
    "urgent": ["1.001193", "2.000815"],
    "roster": "12/LT-UBND",
    "inside": 4,
    "per_slot": 2,
}
A_LIFT = {"act": "19/CT-TTg", "article": "Điều 1"}
APOLOGIES = {"dossiers": [NOBODY], "until": (TODAY + timedelta(days=14)).isoformat()}
CARRIED_FORWARD = {"dossiers": [NOBODY]}
TAKEN_BACK = {"reason_code": "wrong_days"}
GIVEN_BACK = {"dossiers": [NOBODY]}
A_BOOKING = {"procedure": "1.001193", "slot_at": datetime.now(VN).isoformat(), "phone": "0912345678"}
A_CHECK = {"passed": False, "outcome": "by_phone", "procedure": "1.001193"}
A_RATING = {**SATISFIED, "slip_code": "0000-0000-0000-0000", "comment": "Nhanh."}
A_DECISION = {"finding": "unfounded", "reasons": "Không có cơ sở.", "evidence": [NOBODY]}
A_PLEDGE = {"official_id": "off-clerk-1", "year": 2026, "witness": "off-head-1", "text_version": None}
A_DAY = {"day": "2028-06-05", "kind": "OFF", "basis": "Thông báo số 9441/TB-BNV"}

OPERATIONS = (
    Operation("personnel", "GET", "/departments"),
    Operation("personnel", "GET", "/officials", SIGNED_IN),
    Operation("personnel", "POST", "/session", body={"official_id": "off-nobody-1"}),
    Operation("personnel", "GET", "/pledges/text"),
    Operation("personnel", "POST", "/pledges", SIGNED_IN, A_PLEDGE),
    Operation("personnel", "GET", "/pledges/coverage"),
    Operation("personnel", "GET", "/calendar"),
    Operation("personnel", "POST", "/calendar/days", ("leader", "admin"), A_DAY),
    Operation("intake", "GET", "/procedures"),
    Operation("intake", "GET", "/procedures/{code}/promise"),
    Operation("intake", "GET", "/procedures/{code}/declaration"),
    Operation("intake", "POST", "/dossiers", ("clerk",), A_DOSSIER),
    Operation("intake", "GET", "/dossiers", SIGNED_IN),
    Operation("intake", "GET", "/dossiers/{dossier_id}", SIGNED_IN),
    Operation("intake", "GET", "/dossiers/{dossier_id}/way", SIGNED_IN),
    Operation("intake", "POST", "/dossiers/{dossier_id}/take-up", WORKERS),
    Operation("intake", "POST", "/dossiers/{dossier_id}/complete", (*WORKERS, "leader")),
    Operation("intake", "POST", "/dossiers/{dossier_id}/hand-over", ("clerk",)),
    Operation("intake", "POST", "/dossiers/{dossier_id}/reschedule", ("head", "leader"), A_POSTPONEMENT),
    Operation("intake", "POST", "/dossiers/at-one-sitting", ("clerk",), A_COPY),
    Operation("intake", "POST", "/dossiers/taken-over", ("clerk",), OF_THE_PROVINCE),
    Operation("intake", "POST", "/dossiers/earlier", ("clerk",), SOMEBODY),
    Operation("intake", "POST", "/dossiers/of-citizen", ("clerk",), WITHOUT_RECEIPT),
    Operation("intake", "POST", "/dossiers/{dossier_id}/assign", ("head", "leader"), {"official_id": "off-officer-1"}),
    Operation("intake", "POST", "/dossiers/{dossier_id}/ask-supplement", (*WORKERS, "leader"), ASKED_PAPERS),
    Operation("intake", "POST", "/dossiers/{dossier_id}/supplement", ("clerk",), {"papers": ["giay_chung_sinh"]}),
    Operation("intake", "POST", "/dossiers/{dossier_id}/ask-fee", (*WORKERS, "leader"), A_FEE),
    Operation("intake", "POST", "/dossiers/{dossier_id}/pay-fee", ("clerk",), {"amount": 150_000, "paid_by": "cash"}),
    Operation("intake", "POST", "/dossiers/{dossier_id}/correct", ("clerk", "head", "leader"), A_CORRECTION),
    Operation("intake", "POST", "/dossiers/{dossier_id}/withdraw", ("clerk",)),
    Operation("intake", "POST", "/dossiers/{dossier_id}/stop", ("head", "leader"), AN_END),
    Operation("intake", "POST", "/filings", ("clerk",), A_FILING),
    Operation("intake", "GET", "/filings", SIGNED_IN),
    Operation("intake", "GET", "/filings/{filing_id}", SIGNED_IN),
    Operation("intake", "POST", "/filings/{filing_id}/accept", ("clerk",), {"papers": ["giay_chung_sinh"]}),
    Operation("intake", "POST", "/filings/{filing_id}/ask", ("clerk", "head", "leader"), ASKED_PAPERS),
    Operation("intake", "POST", "/filings/{filing_id}/refuse", ("clerk", "head", "leader"), A_REFUSAL),
    Operation("intake", "POST", "/filings/{filing_id}/withdraw", ("clerk",)),
    Operation("intake", "POST", "/filings/{filing_id}/close", ("clerk", "head", "leader")),
    Operation("intake", "POST", "/visits", body=A_VISIT),
    Operation("intake", "GET", "/visits", SIGNED_IN),
    Operation("intake", "GET", "/visits/trips"),
    Operation("intake", "POST", "/visits/call-next", ("clerk",), A_CALL),
    Operation("intake", "POST", "/visits/{visit_id}/call", ("clerk",), A_CALL_OF_ONE),
    Operation("intake", "POST", "/visits/{visit_id}/close", ("clerk",), A_GUIDANCE),
    Operation("intake", "GET", "/status/{number}", query="?code=0000-0000-0000-0000"),
    Operation("intake", "POST", "/emergencies", ("leader",), A_DECLARATION),
    Operation("intake", "GET", "/emergencies"),
    Operation("intake", "POST", "/emergencies/{emergency_id}/lift", ("leader",), A_LIFT),
    Operation("intake", "GET", "/emergencies/{emergency_id}/promises", ("head", "leader")),
    Operation("intake", "POST", "/emergencies/{emergency_id}/apologise", ("head", "leader"), APOLOGIES),
    Operation("intake", "GET", "/emergencies/{emergency_id}/suspended", ("head", "leader")),
    Operation("intake", "POST", "/emergencies/{emergency_id}/carry-forward", ("head", "leader"), CARRIED_FORWARD),
    Operation("intake", "POST", "/emergencies/{emergency_id}/take-back", ("leader",), TAKEN_BACK),
    Operation("intake", "GET", "/emergencies/{emergency_id}/moved", ("head", "leader")),
    Operation("intake", "POST", "/emergencies/{emergency_id}/give-back", ("head", "leader"), GIVEN_BACK),
    Operation("intake", "GET", "/emergencies/{emergency_id}/door", SIGNED_IN),
    Operation("intake", "GET", "/bookings/slots", query="?procedure=1.001193"),
    Operation("intake", "POST", "/bookings", body=A_BOOKING),
    Operation("intake", "POST", "/bookings/cancel", body={"code": "0000-0000-0000-0000"}),
    Operation("intake", "GET", "/bookings", SIGNED_IN),
    *(Operation("intake", "POST", f"/bookings/{{booking_id}}/{act}", ("clerk",)) for act in ("arrive", "serve")),
    Operation("intake", "POST", "/screenings", ("clerk",), A_CHECK),
    Operation("hotline", "POST", "/complaints", body=A_COMPLAINT),
    Operation("hotline", "GET", "/complaints", HANDS),
    Operation("hotline", "GET", "/complaints/{complaint_id}", HANDS),
    Operation("hotline", "GET", "/undecided", DESK),
    Operation("hotline", "GET", "/complaints/{complaint_id}/text", HANDS, query="?purpose=triage"),
    Operation("hotline", "GET", "/complaints/{complaint_id}/files", HANDS),
    Operation("hotline", "GET", "/complaints/{complaint_id}/files/{file_ref}", HANDS, query="?purpose=triage"),
    Operation("hotline", "GET", "/complaints/{complaint_id}/attribution", ("leader",)),
    Operation("hotline", "POST", "/complaints/{complaint_id}/triage", ("operator",), A_TRIAGE),
    Operation("hotline", "POST", "/complaints/{complaint_id}/attribute", ("operator", "leader"), AN_ATTRIBUTION),
    Operation("hotline", "POST", "/complaints/{complaint_id}/assign", DESK, {"official_id": "off-officer-1"}),
    Operation("hotline", "POST", "/complaints/{complaint_id}/take-up", HANDS),
    Operation("hotline", "POST", "/complaints/{complaint_id}/refer", HANDS, A_REFERRAL),
    Operation("hotline", "POST", "/complaints/{complaint_id}/answer", HANDS, {"text": "Đã xử lý."}),
    Operation("hotline", "POST", "/complaints/{complaint_id}/give-back", HANDS, A_REASON),
    Operation("hotline", "POST", "/complaints/{complaint_id}/ask-supplement", HANDS, {"question": "Ở số nhà nào?"}),
    Operation("hotline", "POST", "/complaints/{complaint_id}/supplement", HANDS, {"text": "Số nhà 12."}),
    Operation("hotline", "POST", "/complaints/{complaint_id}/reject", ("head", "leader"), A_REASON),
    Operation("hotline", "POST", "/complaints/{complaint_id}/close", HANDS),
    Operation("hotline", "POST", "/complaints/{complaint_id}/guide", HANDS, A_GUIDE),
    Operation("hotline", "POST", "/complaints/{complaint_id}/admit", HANDS, AN_ADMISSION),
    Operation("hotline", "POST", "/complaints/{complaint_id}/ask-body", HANDS),
    Operation("hotline", "POST", "/complaints/{complaint_id}/split", HANDS, A_SPLIT),
    Operation("hotline", "POST", "/complaints/{complaint_id}/denunciation", HANDS, TAKEN_OUT),
    Operation("hotline", "POST", "/complaints/{complaint_id}/merge", DESK, {"into": "PA-260605-0001"}),
    Operation("hotline", "POST", "/complaints/{complaint_id}/separate", DESK, A_REASON),
    Operation("hotline", "POST", "/denunciations", body=A_DENUNCIATION),
    Operation("hotline", "GET", "/denunciation-envelopes", SIGNED_IN),
    Operation("hotline", "GET", "/denunciation-envelopes/{day}", SIGNED_IN),
    *(Operation("hotline", "POST", f"/status/{{number}}/{act}", body=TOLD) for act in HEARD),
    Operation("hotline", "POST", "/complaints/{complaint_id}/verify", ("leader",), A_FINDING),
    Operation("hotline", "GET", "/status/{number}"),
    Operation("hotline", "GET", "/publishing", HEADS),
    Operation("hotline", "POST", "/complaints/{complaint_id}/preview", HEADS, A_LOOK),
    Operation("hotline", "POST", "/complaints/{complaint_id}/publish", HEADS, A_PUBLICATION),
    Operation("hotline", "POST", "/complaints/{complaint_id}/withhold", HEADS, WITHHELD),
    Operation("hotline", "GET", "/published"),
    Operation("hotline", "GET", "/published/{number}"),
    Operation("hotline", "POST", "/calls", ("operator",), A_MISSED_CALL),
    Operation("hotline", "GET", "/calls", DESK),
    Operation("hotline", "GET", "/calls/{call_id}", DESK),
    Operation("hotline", "GET", "/calls/{call_id}/number", ("operator",)),
    Operation("hotline", "POST", "/calls/{call_id}/call-back", ("operator",), A_CALL_BACK),
    Operation("hotline", "POST", "/sheets", ("operator",), A_SHEET),
    Operation("hotline", "GET", "/sheets", DESK),
    Operation("hotline", "GET", "/sheets/{sheet_id}", DESK),
    Operation("hotline", "POST", "/sheets/{sheet_id}/enter", ("operator",), A_CALL_ON_PAPER),
    Operation("hotline", "POST", "/sheets/{sheet_id}/void", ("operator",), VOID_NUMBERS),
    Operation("hotline", "GET", "/shift", DESK),
    Operation("hotline", "GET", "/shift/promises", DESK),
    Operation("hotline", "POST", "/shift/hand-over", DESK, A_SHIFT),
    Operation("hotline", "GET", "/line-tests", DESK),
    Operation("hotline", "POST", "/line-tests/{test_id}/record", DESK, A_LINE_TEST),
    Operation("hotline", "GET", "/clusters", DESK),
    Operation("hotline", "GET", "/clusters/{cluster_id}", DESK),
    Operation("hotline", "GET", "/clusters/{cluster_id}/parting", DESK),
    Operation("hotline", "POST", "/clusters/{cluster_id}/split", DESK, A_PARTING),
    Operation("hotline", "GET", "/risks", DESK),
    Operation("hotline", "GET", "/risks/{subject_id}", HANDS),
    Operation("hotline", "GET", "/risks/{subject_id}/notes", HANDS),
    Operation("hotline", "POST", "/risks/{subject_id}/step", HANDS, A_STEP),
    Operation("hotline", "POST", "/petitions", ("head", "leader"), A_PETITION),
    Operation("hotline", "GET", "/petitions", DESK),
    Operation("hotline", "POST", "/petitions/{petition_id}/came-back", ("head", "leader"), {"ordered": True}),
    Operation("hotline", "GET", "/settlement/rates"),
    Operation("survey", "POST", "/ratings", body=A_RATING),
    Operation("survey", "GET", "/figures"),
    Operation("notifier", "GET", "/follow-ups", SIGNED_IN),
    Operation("notifier", "GET", "/notices", ("head", "leader")),
    Operation("notifier", "GET", "/figures", SIGNED_IN),
    Operation("notifier", "GET", "/flags", ("leader",)),
    Operation("notifier", "GET", "/flags/mine", SIGNED_IN),
    Operation("notifier", "GET", "/flags/{flag_id}", SIGNED_IN),
    Operation("notifier", "POST", "/flags/{flag_id}/review", ("leader",), {"proceed": True}),
    Operation("notifier", "POST", "/flags/{flag_id}/inform", ("leader",)),
    Operation("notifier", "POST", "/flags/{flag_id}/explain", SIGNED_IN, {"text": "Tôi đã xin lỗi."}),
    Operation("notifier", "POST", "/flags/{flag_id}/decide", ("leader",), A_DECISION),
)
