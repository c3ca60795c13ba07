"""What is imposed on whom."""

from .codes import Vocabulary


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
    """What was imposed. Kinds, forms and effect periods stand in domain/sanctions.py."""

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


class ActionState(Vocabulary):
    decided = "decided", "已决定", "decided"
    appealed = "appealed", "申诉中", "appealed"
    upheld = "upheld", "申诉后维持", "upheld on appeal"
    changed = "changed", "申诉后变更", "changed on appeal"
    revoked = "revoked", "已撤销", "revoked"


class AppealOutcome(Vocabulary):
    """What an appeal comes to; each is also the state it leads to."""

    upheld = "upheld", "维持原决定", "decision upheld"
    changed = "changed", "变更原决定", "decision changed"
    revoked = "revoked", "撤销原决定", "decision revoked"


class Appellant(Vocabulary):
    subject = "subject", "本人（本单位）", "the subject itself"
    relative = "relative", "近亲属", "a close relative"
    other = "other", "其他", "other"
