"""Every code of the ledger with its Chinese and English label."""

from enum import StrEnum


class Vocabulary(StrEnum):
    """A closed list of codes; each member is its code and carries both labels."""

    zh: str
    en: str

    def __new__(cls, code: str, zh: str = "", en: str = "") -> "Vocabulary":
        member = str.__new__(cls, code)
        member._value_, member.zh, member.en = code, zh, en
        return member


class SupervisionKind(Vocabulary):
    xuncha = "xuncha", "巡察", "inspection by a city or county committee"
    xunshi = "xunshi", "巡视", "inspection by the centre or a province"
    audit = "audit", "审计整改", "audit"
    theme_education = "theme_education", "主题教育整改", "theme education"


class InspectionType(Vocabulary):
    routine = "routine", "常规巡察", "routine"
    special = "special", "专项巡察", "special"
    mobile = "mobile", "机动巡察", "mobile"
    joint = "joint", "联动巡察", "joint"
    elevated = "elevated", "提级巡察", "elevated"
    look_back = "look_back", "巡察“回头看”", "look back"


class RectificationStatus(Vocabulary):
    """What the inspected organisation says of an issue; the state of the procedure is IssueState."""

    completed = "completed", "已完成", "completed"
    basically_completed = "basically_completed", "基本完成", "basically completed"
    in_progress = "in_progress", "正在推进", "in progress"
    long_term = "long_term", "长期坚持", "long term"
    not_completed = "not_completed", "未完成", "not completed"
    extension_requested = "extension_requested", "申请延期", "extension requested"
    unknown = "unknown", "未说明", "not said"


class StatusBasis(Vocabulary):
    explicit = "explicit", "答复中写明", "said in the answer"
    document_total = "document_total", "依据通报总数", "by the document's total"
    none = "none", "无依据", "no basis"


class IssueKind(Vocabulary):
    issue = "issue", "问题", "issue"
    opinion = "opinion", "意见建议", "opinion"


class IssueState(Vocabulary):
    registered = "registered", "已登记", "registered"
    claimed = "claimed", "已认领", "claimed"
    in_progress = "in_progress", "整改中", "in progress"
    submitted = "submitted", "已提交验收", "submitted"
    returned = "returned", "退回重改", "returned"
    verified = "verified", "已验收", "verified"
    long_term = "long_term", "长期坚持", "kept up for the long term"
    closed = "closed", "已销号", "closed"


class MeasureState(Vocabulary):
    planned = "planned", "未开始", "planned"
    in_progress = "in_progress", "进行中", "in progress"
    done = "done", "已完成", "done"
    long_term = "long_term", "长期坚持", "kept up for the long term"


class UrgencyClass(Vocabulary):
    immediate = "immediate", "立行立改", "immediate"
    phased = "phased", "分阶段整改", "phased"
    continuous = "continuous", "持续整改", "continuous"


class SanctionKind(Vocabulary):
    party = "party", "党纪处分", "party discipline"
    government = "government", "政务处分", "government discipline"
    institution = "institution", "事业单位处分", "public institution discipline"
    enterprise = "enterprise", "企业内部处分", "enterprise discipline"
    organizational = "organizational", "组织处理", "organizational treatment"
    education = "education", "教育提醒", "education and reminder"
    personnel = "personnel", "人事处理", "personnel measure"
    referral = "referral", "移送移交", "referral"
    unit = "unit", "对单位问责", "measure against an organisation"
    other = "other", "其他", "other"
    aggregate = "aggregate", "合计", "aggregate"


class Sanction(Vocabulary):
    """What was imposed. Kinds, forms and effect periods stand in domain/accountability.py."""

    PARTY_WARNING = "PARTY_WARNING", "党内警告", "party warning"
    PARTY_SERIOUS_WARNING = "PARTY_SERIOUS_WARNING", "党内严重警告", "serious party warning"
    PARTY_REMOVAL_FROM_POST = "PARTY_REMOVAL_FROM_POST", "撤销党内职务", "removal from party posts"
    PARTY_PROBATION = "PARTY_PROBATION", "留党察看", "probation within the party"
    PARTY_EXPULSION = "PARTY_EXPULSION", "开除党籍", "expulsion from the party"
    GOV_WARNING = "GOV_WARNING", "政务警告", "government warning"
    GOV_DEMERIT = "GOV_DEMERIT", "记过", "demerit"
    GOV_MAJOR_DEMERIT = "GOV_MAJOR_DEMERIT", "记大过", "major demerit"
    GOV_DEMOTION = "GOV_DEMOTION", "降级", "demotion in grade"
    GOV_REMOVAL = "GOV_REMOVAL", "撤职", "removal from office"
    GOV_DISMISSAL = "GOV_DISMISSAL", "开除公职", "dismissal from public office"
    INST_WARNING = "INST_WARNING", "事业单位警告", "institution warning"
    INST_DEMERIT = "INST_DEMERIT", "事业单位记过", "institution demerit"
    INST_DOWNGRADE = "INST_DOWNGRADE", "降低岗位等级", "downgrade of post"
    INST_DISMISSAL = "INST_DISMISSAL", "事业单位开除", "institution dismissal"
    ENTERPRISE_WARNING = "ENTERPRISE_WARNING", "企业内部警告", "enterprise warning"
    ENTERPRISE_DEMERIT = "ENTERPRISE_DEMERIT", "企业内部记过", "enterprise demerit"
    ENTERPRISE_OTHER = "ENTERPRISE_OTHER", "企业内部其他处分", "other enterprise measure"
    ORG_SUSPENSION = "ORG_SUSPENSION", "停职检查", "suspension"
    ORG_REASSIGNMENT = "ORG_REASSIGNMENT", "调整职务", "reassignment"
    ORG_ORDERED_RESIGNATION = "ORG_ORDERED_RESIGNATION", "责令辞职", "ordered resignation"
    ORG_POST_REMOVAL = "ORG_POST_REMOVAL", "免职", "removal from post"
    ORG_DEMOTION = "ORG_DEMOTION", "降职", "demotion in post"
    ORG_RESIGNATION_SELF = "ORG_RESIGNATION_SELF", "引咎辞职", "resignation out of responsibility"
    EDU_LETTER_INQUIRY = "EDU_LETTER_INQUIRY", "谈话函询", "talk or letter of inquiry"
    EDU_REMINDER_TALK = "EDU_REMINDER_TALK", "提醒谈话", "reminder talk"
    EDU_WARNING_TALK = "EDU_WARNING_TALK", "警示谈话", "warning talk"
    EDU_INTERVIEW = "EDU_INTERVIEW", "约谈", "interview"
    EDU_CRITICISM_EDUCATION = "EDU_CRITICISM_EDUCATION", "批评教育", "criticism and education"
    EDU_HELP_CRITICISM = "EDU_HELP_CRITICISM", "批评帮助", "criticism and help"
    EDU_ORDERED_SELF_EXAMINATION = "EDU_ORDERED_SELF_EXAMINATION", "责令检查", "ordered self-examination"
    EDU_ORDERED_CORRECTION = "EDU_ORDERED_CORRECTION", "责令改正", "ordered correction"
    EDU_CIRCULATED_CRITICISM = "EDU_CIRCULATED_CRITICISM", "通报批评", "circulated criticism"
    EDU_ADMONISHMENT = "EDU_ADMONISHMENT", "诫勉", "admonishment"
    HR_DISMISSAL = "HR_DISMISSAL", "辞退", "dismissal"
    HR_CONTRACT_TERMINATION = "HR_CONTRACT_TERMINATION", "解除合同", "termination of contract"
    HR_PAY_DEDUCTION = "HR_PAY_DEDUCTION", "扣减绩效", "pay deduction"
    HONOR_REVOCATION = "HONOR_REVOCATION", "取消荣誉称号", "revocation of honours"
    CLUE_TRANSFER = "CLUE_TRANSFER", "移交问题线索", "transfer of clues"
    CASE_FILING = "CASE_FILING", "立案", "case filed"
    JUDICIAL_TRANSFER = "JUDICIAL_TRANSFER", "移送司法机关", "transfer to the judiciary"
    UNIT_ORDERED_EXAMINATION = "UNIT_ORDERED_EXAMINATION", "责令单位检查", "organisation ordered to examine itself"
    UNIT_CIRCULATED = "UNIT_CIRCULATED", "通报单位", "organisation named in a circular"
    UNIT_REORGANIZATION = "UNIT_REORGANIZATION", "改组", "reorganisation"
    UNIT_DISSOLUTION = "UNIT_DISSOLUTION", "解散", "dissolution"
    UNIT_INTERVIEW = "UNIT_INTERVIEW", "约谈单位", "interview of an organisation"
    MIXED_EDUCATION = "MIXED_EDUCATION", "教育提醒类合计", "education measures that cannot be split"
    PARTY_TOTAL = "PARTY_TOTAL", "党纪处分合计", "total of party discipline"
    GOV_TOTAL = "GOV_TOTAL", "政务处分合计", "total of government discipline"
    PARTY_GOV_TOTAL = "PARTY_GOV_TOTAL", "党纪政务处分合计", "total of party and government discipline"
    ORG_TOTAL = "ORG_TOTAL", "组织处理合计", "total of organizational treatment"
    FORM_1 = "FORM_1", "第一种形态合计", "total of the first form"
    FORM_2 = "FORM_2", "第二种形态合计", "total of the second form"
    FORM_3 = "FORM_3", "第三种形态合计", "total of the third form"
    FORM_4 = "FORM_4", "第四种形态合计", "total of the fourth form"
    PERSONS_TOTAL = "PERSONS_TOTAL", "追责问责合计", "total of persons held to account"


class SubjectType(Vocabulary):
    person = "person", "个人", "person"
    organization = "organization", "单位", "organisation"


class MoneyAction(Vocabulary):
    recovered = "recovered", "收回", "recovered"
    returned = "returned", "清退", "returned"
    recovered_forcibly = "recovered_forcibly", "追缴", "recovered forcibly"
    refunded_to_citizens = "refunded_to_citizens", "退还群众", "refunded to citizens"
    paid_to_treasury = "paid_to_treasury", "上缴财政", "paid to the treasury"
    restored_to_channel = "restored_to_channel", "归还原渠道", "restored to its channel"
    account_adjustment = "account_adjustment", "调账", "account adjustment"
    loss_avoided = "loss_avoided", "挽回经济损失", "loss avoided"
    outstanding = "outstanding", "未收回", "outstanding"


class RuleChangeKind(Vocabulary):
    new = "new", "新建", "new"
    revised = "revised", "修订", "revised"
    abolished = "abolished", "废止", "abolished"
    new_and_revised = "new_and_revised", "新建和修订（未分列）", "new and revised, not told apart"


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


class EvidenceKind(Vocabulary):
    document = "document", "文件", "document"
    photo = "photo", "照片", "photograph"
    video = "video", "视频", "video"
    audio = "audio", "音频", "audio"
    spreadsheet = "spreadsheet", "表格", "spreadsheet"
    meeting_minutes = "meeting_minutes", "会议纪要", "minutes of a meeting"
    receipt = "receipt", "票据", "receipt"
    certificate = "certificate", "证明", "certificate"
    bulletin = "bulletin", "通报", "bulletin"
    other = "other", "其他", "other"


class PublicationScope(Vocabulary):
    internal = "internal", "党内通报", "internal"
    public = "public", "向社会公开", "public"
    withheld = "withheld", "不予公开", "withheld"


class RecordSource(Vocabulary):
    direct = "direct", "直接录入", "entered directly"
    bulletin = "bulletin", "通报导入", "imported from a bulletin"


class ImportState(Vocabulary):
    queued = "queued", "排队中", "queued"
    running = "running", "进行中", "running"
    succeeded = "succeeded", "已完成", "succeeded"
    failed = "failed", "未成功", "failed"


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


VOCABULARIES: dict[str, type[Vocabulary]] = {
    "supervision_kind": SupervisionKind,
    "inspection_type": InspectionType,
    "rectification_status": RectificationStatus,
    "status_basis": StatusBasis,
    "issue_kind": IssueKind,
    "issue_state": IssueState,
    "measure_state": MeasureState,
    "urgency_class": UrgencyClass,
    "sanction": Sanction,
    "sanction_kind": SanctionKind,
    "subject_type": SubjectType,
    "money_action": MoneyAction,
    "rule_change_kind": RuleChangeKind,
    "organisation_kind": OrganisationKind,
    "evidence_kind": EvidenceKind,
    "publication_scope": PublicationScope,
    "record_source": RecordSource,
    "import_state": ImportState,
    "role": Role,
}
