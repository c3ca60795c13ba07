"""By what figures are grouped. `s` is the inspection as seen, `i` the issue, `c` and `t` its category and item."""

from .declared import Grouping

OF_INSPECTION = {
    "inspection": Grouping(
        "巡察", "inspection", "s.id::text", label="s.title", place="coalesce(s.feedback_date::text, '') || s.title"
    ),
    "area": Grouping("行政区划", "area", "s.area_code"),
    "organisation": Grouping("被巡察单位", "organisation", "s.organisation_id::text", label="s.organisation"),
    "month": Grouping("反馈月份", "month of the feedback", "to_char(s.feedback_date, 'YYYY-MM')"),
}
OF_ISSUE = {
    "category": Grouping(
        "问题类别",
        "category",
        "c.id::text",
        label="concat_ws(' ', nullif(c.number, ''), c.title)",
        place="c.inspection_id::text || lpad(c.ordinal::text, 6, '0')",
    ),
    "item": Grouping(
        "问题项",
        "item",
        "t.id::text",
        label="concat_ws(' ', nullif(t.number, ''), t.title)",
        place="t.inspection_id::text || lpad(t.ordinal::text, 6, '0')",
    ),
    "lead_unit": Grouping("牵头单位", "lead unit", "i.lead_unit"),
    "leader": Grouping("责任领导", "responsible leader", "i.responsible_leader"),
    **OF_INSPECTION,
}
# Beside `seen`: the rows are issues `i`.
ISSUES = """
FROM issue i JOIN seen s ON s.id = i.inspection_id
LEFT JOIN category c ON c.id = i.category_id AND c.withdrawn_at IS NULL
LEFT JOIN item t ON t.id = i.item_id AND t.withdrawn_at IS NULL
WHERE i.withdrawn_at IS NULL AND ($1::uuid[] IS NULL OR i.organisation_id = ANY($1))
"""
