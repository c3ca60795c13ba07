"""Who takes part."""

from .codes import Vocabulary


class OrganisationKind(Vocabulary):
    party = "party", "党的机关", "party organ"
    government = "government", "政府机关", "government organ"
    institution = "institution", "事业单位", "public institution"
    enterprise = "enterprise", "国有企业", "state enterprise"
    town_street = "town_street", "镇街", "town or street office"
    village_community = "village_community", "村（社区）", "village or community"
    internal = "internal", "内设机构", "internal unit"
    social = "social", "社会组织", "social organisation"
    other = "other", "其他", "other"


class Role(Vocabulary):
    ledger_clerk = "ledger_clerk", "台账员", "ledger clerk"
    responsible_unit = "responsible_unit", "责任单位", "responsible unit"
    inspection_office = "inspection_office", "巡察办", "inspection office"
    discipline_commission = "discipline_commission", "纪委监委", "discipline commission"
    organization_department = "organization_department", "组织部", "organisation department"
    hotline = "hotline", "热线", "hotline"
    public_site = "public_site", "公众网站", "public site"
    system_admin = "system_admin", "系统管理员", "system administrator"
    security_admin = "security_admin", "安全管理员", "security administrator"
    auditor = "auditor", "审计员", "auditor"
