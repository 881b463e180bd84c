"""The words of the pages about reports that are answered with another. English is in locale/en.po."""

from __future__ import annotations

from shared.web.language import N_

MERGING_LABELS = {"into": N_("số phản ánh dẫn đầu")}
MERGING_REFUSALS = {
    "already_merged": N_("Phản ánh này trả lời cùng một phản ánh khác: hãy tách lại trước."),
    "not_merged": N_("Phản ánh này không gộp vào phản ánh nào."),
    "no_such_lead": N_("Không có phản ánh nào mang số này mà gộp vào được."),
    "same_report": N_("Không gộp một phản ánh vào chính nó."),
    "stands_alone": N_("Một trong hai phản ánh thuộc loại không gộp: chưa phân loại, khiếu nại, hoặc về một cán bộ."),
    "lead_over": N_("Phản ánh kia không còn mở: đã có câu trả lời, đã kết thúc hoặc đã gộp."),
    "leads_others": N_("Có phản ánh khác đã gộp vào phản ánh này: hãy tách chúng trước."),
    "danger_waits": N_("Việc nguy hiểm phải có người nhận trước, rồi mới gộp."),
    "danger_leads": N_("Việc nguy hiểm dẫn đầu: hãy gộp phản ánh kia vào phản ánh này."),
    "each_leads": N_("Một phản ánh nguy hiểm, phản ánh còn lại có hạn sớm hơn: mỗi phản ánh có câu trả lời riêng."),
    "earlier_leads": N_("Phản ánh có hạn trả lời sớm hơn dẫn đầu: không ai chờ lâu hơn đã hẹn."),
}
