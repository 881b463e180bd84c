"""The 56 procedures as the domain's table gives them, how they are shown, and how they are found by a few letters."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from services.intake.pages.procedures import Offer, by_field
from services.intake.rulebook import Procedure, load
from services.intake.rulebook.declarations import this_release as declarations
from services.intake.rulebook.search import matching
from shared.web.language import Words
from shared.worktime import VN, Calendar, Limit, LimitKind, SupplementClock, promise
from tests.services.intake.conftest import Visitor
from tests.shared.web.conftest import text_of

CATALOGUE = load()
DAY = date(2026, 11, 23)
TABLE = """
1.001193 same       free  H
1.000894 1 wd       free  H
1.000656 same       free  H
1.004873 3 wd       free  H
1.001022 3 wd       hdnd  H
1.000689 3 wd       hdnd  H
1.004837 3 wd       free  H
1.004845 2 wd       free  H
1.004859 3 wd       hdnd  M
1.004884 5 wd       hdnd  H
1.004746 5 wd       hdnd  H
1.005461 5 wd       hdnd  H
1.004772 5 wd       hdnd  H
2.000635 same       8.000  H
2.000528 same       hdnd  M
2.000806 5 wd       hdnd  L
2.000815 same       2.000 1.000 200.000  H
2.000884 same       10.000  H
2.001035 2 wd       50.000  M
2.001019 2 wd       50.000  M
2.001016 2 wd       50.000  M
2.000908 same       free  M
1.004222 7 wd       20.000 10.000  H
1.004194 3 wd       15.000 7.000 10.000  H
1.002755 3 wd       15.000 7.000 10.000  H
1.003197 5 wd       free  M
1.010038 5 wd       10.000 5.000  H
1.003677 1 wd       free  M
2.001159 1 h        free  M
1.010041 1 wd       free  H
1.014061 7 wd       ask   H
3.000228 3 wd       ask   H
1.001612 3 wd       150.000 hdnd  H
2.000720 3 wd       hdnd  M
1.001570 1 wd       free  M
1.001266 5 wd       free  M
2.000575 1 wd       hdnd  M
2.001263 30 d       400.000  M
1.013978 20 wd      hdnd  M
1.012796 8 wd       hdnd  H
1.012812 30 d       free  H
1.013949 15 d       law   M
1.013979 10 wd      free  M
1.013225 20 d       hdnd  H
1.013227 5 wd       hdnd  H
1.002693 10 wd      ask   H
1.013274 5 wd       ask   H
1.014159 10 d       ask   H
1.011441 same       hdnd  H
1.011607 15 d       free  H
2.000424 7 wd       free  M
1.001776 10 wd      free  L
1.001699 25 d       free  L
2.002409 30 d       free  M
2.002396 30 d       free  M
2.001909 same       free  M
"""
"""Code, time (wd: working days, d: days, h: working hours), fee, confidence, as written in the domain's table."""
VARIANTS = """
1.001193 verify 3 wd
1.000894 verify 5 wd
1.004859 addition same
1.004859 verify 6 wd
2.000815 bulk 2 wd
1.010041 verify 3 wd
2.000575 exchange 3 wd
1.013978 remote 30 wd
1.012812 remote 40 d
1.013979 remote 20 wd
1.013225 house 15 d
1.002693 conserved 20 wd
1.013274 funeral 1 d
1.011441 extended 3 wd
2.002409 complex 45 d
2.002409 remote 45 d
2.002409 remote_complex 60 d
2.002396 complex 60 d
2.002396 very_complex 90 d
2.001909 reply 10 wd
"""
ASKED = """
1.001193 cop HT   giay_chung_sinh bien_ban_bo_roi? xac_nhan_mang_thai_ho? uy_quyen?
1.000894 co  HT   to_khai
1.000656 cop HT   giay_bao_tu uy_quyen?
1.004873 cop HT   to_khai giay_cu? ly_hon_khai_tu?
1.001022 cop HT   to_khai chung_cu_quan_he
1.000689 cop HT   to_khai_khai_sinh to_khai_nhan_con giay_chung_sinh chung_cu_quan_he
1.004837 cop HT   to_khai van_ban_giam_ho
1.004845 cop HT   to_khai can_cu_cham_dut
1.004859 cop HT   to_khai giay_to_lien_quan dong_y?
1.004884 cop HT   to_khai ban_sao_giay_to xac_nhan_co_quan?
1.004746 cop HT   to_khai ban_sao_giay_cu
1.005461 cop HT   ban_sao_giay_cu
1.004772 cop HT   cam_doan giay_to_ca_nhan
2.000635 cop HT+tt-281-2016-btc to_khai uy_quyen?
2.000528 cop HT   giay_chung_sinh thoa_thuan_quoc_tich bien_ban_bo_roi? xac_nhan_mang_thai_ho? uy_quyen?
2.000806 cop HT   to_khai kham_suc_khoe tinh_trang_hon_nhan
2.000815 c   CT+qd-3152-btp ban_chinh ban_sao
2.000884 c   CT   giay_to_ky
2.001035 c   CT   du_thao giay_to_quyen
2.001019 c   CT   du_thao giay_to_quyen
2.001016 c   CT   du_thao giay_to_quyen
2.000908 cop CT   chung_minh_quan_he?
1.004222 co  CTr  ct01 cho_o_hop_phap
1.004194 co  CTr  ct01 cho_o_hop_phap
1.002755 co  CTr  ct01
1.003197 co  CTr  ct01 chung_minh_xoa
1.010038 co  CTr  ct01 ly_hon?
1.003677 co  CTr  to_khai dong_y_giam_sat?
2.001159 co  CTr  thong_bao
1.010041 co  CTr  ct01
1.014061 c   luat-26-2023+tt-17-2024-bca dc01_dc02
3.000228 c   nd-69-2024 tk01 the_gan_chip
1.001612 cop HKD  giay_de_nghi bien_ban_hop?
2.000720 cop HKD  thong_bao bien_ban_hop?
1.001570 cop HKD  thong_bao bien_ban_hop?
1.001266 cop HKD  thong_bao bien_ban_hop? ban_goc_gcn
2.000575 cop HKD  giay_de_nghi
2.001263 c   luat-52-2010+qd-361-btp don kham_suc_khoe hoan_canh_gia_dinh tinh_trang_hon_nhan ho_so_tre
1.013978 cop DD+qd-3380-bnnmt don giay_to_dat? nghia_vu_tai_chinh? chuyen_quyen?
1.012796 cop DD+qd-2304-bnnmt don ban_goc_gcn chung_minh_sai_sot
1.012812 cop DD   don giay_to_dat
1.013949 cop DD   don mau_26?
1.013979 cop DD   van_ban_tang_cho
1.013225 cop XD   don giay_to_dat ban_ve
1.013227 cop XD   don ban_chinh_gpxd
1.002693 cop nd-258-2025+qd-1813-bxd don anh
1.013274 cop nd-165-2024+qd-871-bxd don phuong_an
1.014159 cop qd-1390-bxd van_ban_de_nghi
1.011441 cop nd-99-2022+qd-570-btp mau_01a hop_dong ban_goc_gcn
1.011607 cop qd-24-2021-ttg+qd-967-bnnmt giay_de_nghi
2.000424 cop luat-35-2013 don chung_minh_tai_nan
1.001776 cop nd-20-2021+nd-335-2026 to_khai chung_minh_doi_tuong
1.001699 cop nd-28-2012 don ho_so_y_te
2.002409 cp  luat-02-2011+luat-136-2025+nd-124-2020+nd-155-2026 don quyet_dinh_bi_khieu_nai
2.002396 cp  luat-25-2018+nd-31-2019+nd-156-2026 don chung_cu?
2.001909 c   luat-42-2013+nd-154-2026 don?
"""
"""Code, channels (c: counter, o: online, p: post), laws, papers in their order (`?`: not required), as written in the
domain's table; which channels a page accepts it leaves to the pages that were read."""
COMMON = {
    "HT": "luat-60-2014 nd-123-2015 nd-87-2020 nd-07-2025 nd-120-2025 tt-04-2020-btp qd-163-btp",
    "CT": "nd-23-2015 nd-280-2025 tt-226-2016-btc qd-858-btp",
    "CTr": "luat-68-2020 nd-154-2024 tt-53-2025-bca tt-75-2022-btc tt-71-2025-btc",
    "HKD": "nd-168-2025 tt-68-2025-btc qd-2353-btc",
    "DD": "luat-31-2024 nd-101-2024 nd-151-2025 nd-226-2025",
    "XD": "nd-175-2024 nd-140-2025 nd-14-2026 qd-56-bxd",
}
"""The bases that several procedures share, by the domain's own short names."""
KINDS = {"wd": LimitKind.WORKING_DAY, "d": LimitKind.CALENDAR_DAY, "h": LimitKind.WORKING_HOUR}
FEES = {"free": "Miễn phí", "hdnd": "nghị quyết của HĐND tỉnh", "ask": "xin hỏi tại quầy", "law": "pháp luật về phí"}


def limit_of(words: list[str]) -> Limit:
    return Limit.same_day() if words == ["same"] else Limit(KINDS[words[1]], int(words[0]))


def rows(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().splitlines()]


def held(code: str) -> Procedure:
    found = CATALOGUE.in_force(code, DAY)
    assert found is not None
    return found


def test_all_fifty_six_are_in_force_and_no_other() -> None:
    codes = [row[0] for row in rows(TABLE)]
    assert len(codes) == 56
    assert sorted(each.code for each in CATALOGUE.all_in_force(DAY)) == sorted(codes)
    assert {each.confidence for each in CATALOGUE.procedures} == {"H", "M", "L"}


@pytest.mark.parametrize("row", rows(TABLE), ids=lambda row: row[0])
def test_a_procedure_takes_the_time_and_costs_the_fee_of_the_table(row: list[str]) -> None:
    after = 2 if row[1] == "same" else 3
    procedure, fee, confidence = held(row[0]), row[after:-1], row[-1]
    assert procedure.limit == limit_of(row[1:after])
    assert (procedure.confidence, procedure.unconfirmed) == (confidence, confidence == "L")
    assert all(FEES.get(word, f"{word} đ") in procedure.fee for word in fee)
    assert procedure.fee.startswith("Miễn phí") is ("free" in fee)


def test_the_kinds_of_case_with_another_time_are_those_of_the_table() -> None:
    told = [(each.code, v.code, v.limit) for each in CATALOGUE.all_in_force(DAY) for v in each.variants]
    assert sorted(told, key=str) == sorted(((c, v, limit_of(time)) for c, v, *time in rows(VARIANTS)), key=str)


def test_the_time_of_a_case_is_the_ordinary_one_or_its_variants_and_no_other() -> None:
    permit = held("1.013225")
    assert permit.limit_of(None) == Limit(LimitKind.CALENDAR_DAY, 20)
    assert permit.limit_of("house") == Limit(LimitKind.CALENDAR_DAY, 15)
    with pytest.raises(KeyError):
        permit.limit_of("tower")


def test_a_supplement_is_asked_for_once_and_twice_for_a_building_permit() -> None:
    assert {each.code: each.supplement_rounds for each in CATALOGUE.procedures if each.supplement_rounds != 1} == {
        "1.013225": 2
    }
    assert {each.supplement_clock for each in CATALOGUE.procedures} == {SupplementClock.RESTART}


def test_what_is_due_on_the_same_day_is_given_back_at_one_sitting() -> None:
    quick = {each.code for each in CATALOGUE.procedures if each.at_one_sitting}
    assert quick == {row[0] for row in rows(TABLE) if row[1] == "same"} and len(quick) == 9


def test_the_law_of_a_field_says_until_when_papers_are_asked_for() -> None:
    assert {each.code: each.ask_within for each in CATALOGUE.procedures if each.ask_within} == {
        "1.013225": (7, 5),
        "2.001263": (1,),
    }
    assert {each.supplement_days for each in CATALOGUE.procedures} == {None}


@pytest.mark.parametrize("row", rows(ASKED), ids=lambda row: row[0])
def test_a_procedure_asks_for_the_papers_by_the_ways_and_on_the_laws_of_the_table(row: list[str]) -> None:
    code, ways, laws, *papers = row
    procedure = held(code)
    assert [f"{each.code}{'' if each.required else '?'}" for each in procedure.papers] == papers
    assert "".join(sorted(channel[0] for channel in procedure.channels)) == ways
    assert list(procedure.legal) == [law for part in laws.split("+") for law in COMMON.get(part, part).split()]


def test_the_table_of_papers_has_every_procedure() -> None:
    assert [row[0] for row in rows(ASKED)] == [row[0] for row in rows(TABLE)]


def test_results_carry_the_national_codes_that_were_read() -> None:
    results = {each.code: each.result_code for each in CATALOGUE.procedures if each.result_code}
    assert results == {
        "1.001193": "KQ.G15.000031",
        "1.000894": "KQ.G15.000032",
        "1.000656": "KQ.G15.000034",
        "1.004873": "KQ.G15.000038",
        "2.000815": "KQ.G15.000021",
        "1.001612": "KQ.G12.001041",
        "1.013225": "KQ.G17.000311",
    }
    assert all(bool(each.result_code) is bool(each.result_name_en) for each in CATALOGUE.procedures)


def test_every_text_is_composed_and_every_name_stands_there_in_two_languages() -> None:
    texts = [text for each in CATALOGUE.procedures for text in (each.name, each.name_en, each.fee, each.fee_en)]
    for part in (part for each in CATALOGUE.procedures for part in (*each.papers, *each.variants)):
        texts += [part.name, part.name_en]
    notes = [(p.note, p.note_en) for each in CATALOGUE.procedures for p in each.papers if p.note or p.note_en]
    texts += [text for pair in notes for text in pair]
    texts += [text for law in CATALOGUE.laws for text in (law.number, law.name, law.name_en)]
    texts += [text for field in CATALOGUE.fields for text in (field.name, field.name_en)]
    assert all(text and unicodedata.is_normalized("NFC", text) for text in texts)
    files = Path(load.__code__.co_filename).parent.rglob("*.toml")
    assert all(unicodedata.is_normalized("NFC", file.read_text(encoding="utf-8")) for file in files)


def test_every_field_of_administration_and_every_law_is_named_by_a_procedure() -> None:
    assert {each.name for each in CATALOGUE.fields} == {each.field for each in CATALOGUE.procedures}
    named = {code for each in (*CATALOGUE.procedures, *declarations().rows) for code in each.legal}
    assert {each.code for each in CATALOGUE.laws} == named
    assert all(each.legal for each in CATALOGUE.procedures)


def test_a_law_is_cited_by_its_name_or_its_number_and_without_a_day_that_nobody_read() -> None:
    civil, decree, decision = held("1.001193").legal[0], held("1.001193").legal[1], held("1.001193").legal[-1]
    laws = {each.code: each for each in CATALOGUE.laws}
    assert (laws[civil].title, laws[civil].title_en) == (
        "Luật Hộ tịch 60/2014/QH13",
        "Law on Civil Status 60/2014/QH13",
    )
    assert (laws[decree].title, laws[decree].date) == ("Nghị định 123/2015/NĐ-CP", date(2015, 11, 15))
    assert (laws[decision].title_en, laws[decision].date) == ("Decision 163/QĐ-BTP", None)
    assert all((each.date is None) is (each.confidence == "L") for each in CATALOGUE.laws)
    assert held("1.014061").basis == "Luật Căn cước 26/2023/QH15; Thông tư 17/2024/TT-BCA"


@pytest.mark.parametrize(
    ("typed", "first", "others"),
    [
        ("khai sinh", "1.001193", {"1.004884", "1.000689", "1.004772", "2.000528", "2.000635"}),
        ("KHAI SINH", "1.001193", {"1.004884", "1.000689", "1.004772", "2.000528", "2.000635"}),
        ("  Khai   sính ", "1.001193", {"1.004884", "1.000689", "1.004772", "2.000528", "2.000635"}),
        ("dang ky ket hon", "1.000894", {"2.000806", "1.004746"}),
        ("thuong tru", "1.004222", {"1.003197"}),
        ("tam tru", "1.004194", {"1.002755", "1.001570", "1.003677"}),
        ("di chuc", "2.001019", set()),
        ("1.001193", "1.001193", set()),
        ("birth reg", "1.001193", {"1.004884", "1.000689", "1.004772", "2.000528"}),
        ("can cuoc", "1.014061", set()),
        ("ĐẤT hòa", "1.012812", {"1.013979"}),
        ("001193", "1.001193", set()),
        ("gpxd", "1.013227", {"1.013225"}),
        ("dkkh", "1.000894", {"2.000806"}),
    ],
)
def test_a_few_words_find_a_procedure_marks_or_not_the_likeliest_first(
    typed: str, first: str, others: set[str]
) -> None:
    found = [each.code for each in matching(CATALOGUE.all_in_force(DAY), typed)]
    assert found[0] == first
    assert set(found[1:]) == others


@pytest.mark.parametrize(
    ("typed", "first", "among"),
    [
        ("làm giấy khai sinh", "2.000635", "1.001193"),
        ("đăng ký khai sinh cho con", "1.004772", "1.001193"),
        ("đăng kí kết hôn", "1.000894", "1.004746"),
        ("căn cước công dân", "1.014061", "1.014061"),
        ("xin giấy phép xây nhà", "1.013227", "1.013225"),
    ],
)
def test_a_sentence_finds_what_has_its_words_side_by_side(typed: str, first: str, among: str) -> None:
    found = [each.code for each in matching(CATALOGUE.all_in_force(DAY), typed)]
    assert found[0] == first and among in found


@pytest.mark.parametrize("typed", ["zzz", "khai zzz", "<b>zzz", "???", "9.999999", "khai birth 7 zz"])
def test_nonsense_finds_nothing(typed: str) -> None:
    assert matching(CATALOGUE.all_in_force(DAY), typed) == []


def test_nothing_typed_leaves_all_as_they_are() -> None:
    all_of_them = CATALOGUE.all_in_force(DAY)
    assert matching(all_of_them, " ") == all_of_them


def test_the_front_page_lists_all_under_their_fields_and_marks_what_is_not_confirmed(citizen: Visitor) -> None:
    page = citizen.get("/intake/").text
    assert page.count('/page">') == 56
    places = [page.index(f">{each.name}</h3>") for each in CATALOGUE.fields]
    assert places == sorted(places)
    assert page.index("Đăng ký khai sinh") < page.index("Cấp Giấy xác nhận tình trạng hôn nhân")
    assert text_of(page).count("chưa xác minh") == 3
    assert "Civil status" in citizen.get("/intake/?lang=en").text


def test_a_version_that_comes_later_moves_nothing_on_the_front_page() -> None:
    due = promise(Limit.working_days(1), datetime(2026, 6, 5, 9, 0, tzinfo=VN), Calendar())
    offers = [Offer(each, due) for each in CATALOGUE.all_in_force(DAY)]
    later = replace(held("1.001193"), valid_from=date(2027, 1, 1))
    grown = replace(CATALOGUE, procedures=(*CATALOGUE.procedures, later))
    assert by_field(grown, offers, Words("vi", {})) == by_field(CATALOGUE, offers, Words("vi", {}))


def test_a_procedure_that_nobody_confirmed_says_so_and_another_does_not(citizen: Visitor) -> None:
    said = text_of(citizen.get("/intake/procedures/1.001776/page").text)
    assert "chưa xác minh" in said and "Hãy hỏi tại quầy trước khi nộp." in said
    english = text_of(citizen.get("/intake/procedures/1.001776/page?lang=en").text)
    assert "unconfirmed" in english and "Ask at the counter before you file." in english
    sure = text_of(citizen.get("/intake/procedures/1.014061/page?lang=vi").text)
    assert "chưa xác minh" not in sure


def test_a_procedure_page_tells_the_other_times_the_rounds_the_result_and_the_days_of_its_laws(
    citizen: Visitor,
) -> None:
    said = text_of(citizen.get("/intake/procedures/1.013225/page").text)
    assert "Nhà ở riêng lẻ Nộp bây giờ thì có kết quả trước 17:00 thứ Hai 22/06 15 ngày, kể cả ngày nghỉ" in said
    assert "nhiều nhất 2 lần" in said and "Giấy phép xây dựng" in said and "KQ.G17.000311" in said
    assert "Nghị định 175/2024/NĐ-CP: quản lý hoạt động xây dựng (ngày 30/12/2024)" in said
    assert "Quyết định 56/QĐ-BXD: công bố thủ tục về xây dựng (ngày ban hành chưa xác minh)" in said
    assert "nhận và trả ngay" in text_of(citizen.get("/intake/procedures/2.000815/page").text)


def test_the_api_tells_all_of_it_and_finds_by_a_few_words(citizen: Visitor) -> None:
    everything = citizen.ask("GET", "/intake/procedures").json()
    assert len(everything) == 56
    (permit,) = citizen.ask("GET", "/intake/procedures", params={"q": "giay phep xay dung moi"}).json()
    assert permit["variants"] == [
        {
            "code": "house",
            "name": "Nhà ở riêng lẻ",
            "name_en": "Private house",
            "limit": {"kind": "CALENDAR_DAY", "amount": 15},
        }
    ]
    assert (permit["supplement_rounds"], permit["supplement_clock"]) == (2, "RESTART")
    assert permit["result"]["code"] == "KQ.G17.000311"
    assert (permit["legal"][0]["number"], permit["legal"][0]["date"]) == ("175/2024/NĐ-CP", "2024-12-30")
    assert permit["legal"][-1]["date"] is None
    assert [each["code"] for each in everything if each["unconfirmed"]] == [
        each.code for each in CATALOGUE.all_in_force(DAY) if each.unconfirmed
    ]
    assert citizen.ask("GET", "/intake/procedures", params={"q": "x" * 101}).status_code == 422
