"""Forms as PDF: tagged for screen readers (PDF/UA-1), and the same bytes for the same facts, so they can be hashed.

Blocking, about 10 ms a form: call it in a thread. Nothing is fetched; the fonts come from the installed wheel.
"""

from shared.web.pdf.call_sheets import CallSheetData, call_sheet_pdf
from shared.web.pdf.declarations import Blank, Declaration, Part, Writing, declaration_pdf
from shared.web.pdf.guidance import GuidanceData, guidance_pdf
from shared.web.pdf.letters import Form, Letter, letter_pdf
from shared.web.pdf.receipts import M01, Paper, m01_pdf
from shared.web.pdf.sheets import WIDTHS, Sheet, SheetData, sheet_pdf
from shared.web.pdf.typesetting import Page, Person, labels, moment, printable

__all__ = [
    "M01",
    "WIDTHS",
    "Blank",
    "CallSheetData",
    "Declaration",
    "Form",
    "GuidanceData",
    "Letter",
    "Page",
    "Paper",
    "Part",
    "Person",
    "Sheet",
    "SheetData",
    "Writing",
    "call_sheet_pdf",
    "declaration_pdf",
    "guidance_pdf",
    "labels",
    "letter_pdf",
    "m01_pdf",
    "moment",
    "printable",
    "sheet_pdf",
]
