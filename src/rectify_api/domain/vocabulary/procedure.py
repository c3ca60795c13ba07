"""The states of the procedures, and what is decided in them."""

from .codes import Vocabulary


class IssueState(Vocabulary):
    registered = "registered", "已登记", "registered"
    claimed = "claimed", "已认领", "claimed"
    in_progress = "in_progress", "整改中", "in progress"
    submitted = "submitted", "已提交验收", "submitted"
    returned = "returned", "退回重改", "returned"
    verified = "verified", "已验收", "verified"
    long_term = "long_term", "长期坚持", "kept up for the long term"
    closed = "closed", "已销号", "closed"
    set_aside = "set_aside", "不由本单位整改", "set aside"


class MeasureState(Vocabulary):
    planned = "planned", "未开始", "planned"
    in_progress = "in_progress", "进行中", "in progress"
    done = "done", "已完成", "done"
    long_term = "long_term", "长期坚持", "kept up for the long term"


class VerifyingBody(Vocabulary):
    """The bodies that check plans and results together (三方); which of them sign is a setting per inspection."""

    inspection_office = "inspection_office", "巡察办", "inspection office"
    discipline_commission = "discipline_commission", "纪委监委", "discipline commission"
    organization_department = "organization_department", "组织部", "organisation department"


class SignOffDecision(Vocabulary):
    signed = "signed", "同意", "signed off"
    returned = "returned", "退回", "returned"


class ExtensionState(Vocabulary):
    requested = "requested", "已申请延期", "requested"
    granted = "granted", "同意延期", "granted"
    refused = "refused", "不同意延期", "refused"


class ObjectionKind(Vocabulary):
    not_so = "not_so", "情况不属实", "the finding is not so"
    belongs_elsewhere = "belongs_elsewhere", "属其他单位职责", "belongs to another body"


class ObjectionState(Vocabulary):
    raised = "raised", "有异议待复核", "raised"
    upheld = "upheld", "异议成立", "upheld"
    dismissed = "dismissed", "异议不成立", "dismissed"


class PlanKind(Vocabulary):
    """1+N: one overall plan and topical ones; the reports on them likewise."""

    overall_plan = "overall_plan", "总体整改方案", "overall plan"
    topical_plan = "topical_plan", "专项整改方案", "topical plan"
    progress_report = "progress_report", "整改进展情况报告", "progress report"
    topical_report = "topical_report", "专项整改情况报告", "topical report"
    leader_report = "leader_report", "主要负责人组织落实整改情况报告", "report of the leader on his own part"


class PlanState(Vocabulary):
    draft = "draft", "起草中", "draft"
    submitted = "submitted", "已报审", "submitted"
    returned = "returned", "退回修改", "returned"
    approved = "approved", "审核通过", "approved"
    superseded = "superseded", "已被新版本取代", "superseded"


class DeadlineUnit(Vocabulary):
    month = "month", "个月", "months"
    day = "day", "日", "days"
    workday = "workday", "个工作日", "workdays"


class StartEvent(Vocabulary):
    """What starts the time of a deadline, where it is not another deadline of the set."""

    feedback_date = "feedback_date", "反馈巡察意见", "feedback"
    public_notice = "public_notice", "开始公示", "start of the public notice"
    clue_transfer = "clue_transfer", "移交问题线索", "transfer of clues"
    low_grade = "low_grade", "成效评估不达标", "a low grade in the evaluation"
    change_of_leader = "change_of_leader", "主要负责人变动", "change of the leader"


class Light(Vocabulary):
    """How a deadline stands; without a deadline, or when the work is finished, there is none."""

    green = "green", "绿灯", "in time"
    amber = "amber", "黄灯", "due soon"
    red = "red", "红灯", "overdue"


class ReminderSubject(Vocabulary):
    issue = "issue", "问题", "issue"
    measure = "measure", "整改措施", "measure"


class ReminderStage(Vocabulary):
    """How far a deadline is away or past; the days stand in domain/reminders.py."""

    due_in_7 = "due_in_7", "七日内到期", "due within 7 days"
    due_in_3 = "due_in_3", "三日内到期", "due within 3 days"
    due_tomorrow = "due_tomorrow", "明日到期", "due tomorrow"
    due_today = "due_today", "今日到期", "due today"
    overdue = "overdue", "已超期", "overdue"
    overdue_7 = "overdue_7", "超期七日", "overdue by 7 days"
    overdue_30 = "overdue_30", "超期三十日", "overdue by 30 days"


class CheckMethod(Vocabulary):
    hearing = "hearing", "听取汇报", "hearing reports"
    site_visit = "site_visit", "实地督查", "visit on site"
    reading_files = "reading_files", "查阅资料", "reading the files"
    talks = "talks", "个别访谈", "talks with single persons"
    unannounced_visit = "unannounced_visit", "明察暗访", "unannounced visit"
    survey = "survey", "问卷测评", "survey"
    other = "other", "其他", "other"


class NoticeType(Vocabulary):
    """The five notices of supervision (五书), and the interview."""

    supervise = "supervise", "督办", "supervise"
    guide = "guide", "指导", "guide"
    remind = "remind", "提醒", "remind"
    warn = "warn", "告诫", "warn"
    hold_accountable = "hold_accountable", "问责", "hold accountable"
    interview = "interview", "约谈", "interview"


class NoticeState(Vocabulary):
    drafted = "drafted", "拟稿", "drafted"
    issued = "issued", "已发出", "issued"
    answered = "answered", "已答复", "answered"
    returned = "returned", "退回重新答复", "returned"
    accepted = "accepted", "已认可", "accepted"
    cancelled = "cancelled", "已撤销", "cancelled"


class SchemeState(Vocabulary):
    in_force = "in_force", "施行中", "in force"
    retired = "retired", "已停用", "retired"


class EvaluationState(Vocabulary):
    draft = "draft", "拟定中", "draft"
    confirmed = "confirmed", "已确认", "confirmed"


class EvaluationTrigger(Vocabulary):
    """What a low grade leads to."""

    interview = "interview", "约谈", "interview"
    warning_talk = "warning_talk", "警示谈话", "warning talk"
    second_rectification = "second_rectification", "二次整改", "second rectification"
    look_back = "look_back", "“回头看”", "look back"
