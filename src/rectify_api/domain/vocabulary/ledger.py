"""What an inspection found and what is done about it."""

from .codes import Vocabulary


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


class IssueKind(Vocabulary):
    issue = "issue", "问题", "issue"
    opinion = "opinion", "意见建议", "opinion"


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


class UrgencyClass(Vocabulary):
    immediate = "immediate", "立行立改", "immediate"
    phased = "phased", "分阶段整改", "phased"
    continuous = "continuous", "持续整改", "continuous"


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


class PersonClass(Vocabulary):
    """Whom money comes from, is owed by, or goes to."""

    serving = "serving", "在职人员", "serving"
    departed = "departed", "离职人员", "left the service"
    retired = "retired", "退休人员", "retired"
    temporary = "temporary", "临聘人员", "temporary staff"
    deceased = "deceased", "已故人员", "deceased"
    citizen = "citizen", "群众", "citizen"
    organization = "organization", "单位", "organisation"
    other = "other", "其他", "other"


class RuleChangeKind(Vocabulary):
    new = "new", "新建", "new"
    revised = "revised", "修订", "revised"
    abolished = "abolished", "废止", "abolished"
    new_and_revised = "new_and_revised", "新建和修订（未分列）", "new and revised, not told apart"


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


class QualityFlag(Vocabulary):
    """A sign that an issue may be rectified on paper only; features/statistics/quality.py says how each is found."""

    promise_only = "promise_only", "只有承诺", "only promises"
    same_text = "same_text", "文字雷同", "same text as another issue"
    closed_without_evidence = "closed_without_evidence", "无佐证销号", "closed without evidence"
    evidence_older_than_problem = "evidence_older_than_problem", "佐证早于问题", "evidence older than the problem"
    overdue_closure = "overdue_closure", "超期销号", "closed after the deadline"
    no_measure = "no_measure", "没有措施", "no measure"


class FigureUnit(Vocabulary):
    percent = "percent", "百分比", "percent"
    days = "days", "天", "days"
    yuan = "yuan", "元", "yuan"
    number = "number", "个数", "number"
