"""What others call things of accounts by: roles, kinds, states; each with its Chinese term."""

from services.kit.words import Word


class Role(Word):
    """A role, always held at one organisation."""

    ORGANISATION_MANAGER = "ORGANISATION_MANAGER", "机构管理员"
    RECOMMENDER = "RECOMMENDER", "推荐经办"
    REVIEWER = "REVIEWER", "审核人"
    TITLE_OFFICER = "TITLE_OFFICER", "职称管理（人社部门）"
    COMMITTEE_OFFICE = "COMMITTEE_OFFICE", "评委会办事机构"
    EXPERT = "EXPERT", "评审专家"
    SUPERVISOR = "SUPERVISOR", "监督"
    APPLICANT = "APPLICANT", "申报人"
    OPERATOR = "OPERATOR", "运维"
    INTEGRATION = "INTEGRATION", "系统集成"


class OrganisationKind(Word):
    """The six kinds of organisation (附件3 一)."""

    HRSS = "HRSS", "人力资源社会保障部门"
    AUTHORITY = "AUTHORITY", "行业主管部门"
    TALENT_EXCHANGE_CENTRE = "TALENT_EXCHANGE_CENTRE", "人才交流中心"
    EMPLOYER = "EMPLOYER", "用人单位"
    SUBORDINATE_UNIT = "SUBORDINATE_UNIT", "下属单位（子单位）"
    INTERNAL_DEPARTMENT = "INTERNAL_DEPARTMENT", "内设机构"


class OrganisationLevel(Word):
    """The level an organisation belongs to."""

    PROVINCE = "PROVINCE", "省"
    PREFECTURE = "PREFECTURE", "市（州）"
    COUNTY = "COUNTY", "县（市、区、行委）"


class OrganisationNature(Word):
    """What an organisation is by law; special subordinations follow from it (附件3 三)."""

    GOVERNMENT_BODY = "GOVERNMENT_BODY", "机关"
    PUBLIC_INSTITUTION = "PUBLIC_INSTITUTION", "事业单位"
    STATE_ENTERPRISE = "STATE_ENTERPRISE", "国有企业"
    PRIVATE_ENTERPRISE = "PRIVATE_ENTERPRISE", "民营企业（非公经济组织）"
    PRIVATE_HOSPITAL = "PRIVATE_HOSPITAL", "民营医院"
    PRIVATE_SCHOOL = "PRIVATE_SCHOOL", "民办中小学及幼儿园"
    PRIVATE_TECHNICAL_SCHOOL = "PRIVATE_TECHNICAL_SCHOOL", "民办技工院校"
    CENTRAL_UNIT = "CENTRAL_UNIT", "中央驻青单位（企业）"
    TOWNSHIP = "TOWNSHIP", "乡镇（街道）"


class PersonKind(Word):
    """How a person belongs to the employer."""

    ON_ESTABLISHMENT = "ON_ESTABLISHMENT", "事业单位在编人员"
    TEMPORARY = "TEMPORARY", "临聘人员"
    ENTERPRISE = "ENTERPRISE", "企业人员"
    HOSTED = "HOSTED", "档案托管人员"
    SELF_EMPLOYED = "SELF_EMPLOYED", "个体工商户"
    FREELANCER = "FREELANCER", "自由职业者"
    FARMER_HERDER = "FARMER_HERDER", "农牧民"
    AID_QINGHAI = "AID_QINGHAI", "援青人才"


class PersonState(Word):
    """Whether a person belongs to an employer; without one he or she signs in and declares nothing."""

    ACTIVE = "ACTIVE", "有效"
    WITHOUT_EMPLOYER = "WITHOUT_EMPLOYER", "无用人单位"


class DocumentKind(Word):
    """A document by which a person is known."""

    RESIDENT_ID = "RESIDENT_ID", "居民身份证"
    PERMANENT_RESIDENCE_CARD = "PERMANENT_RESIDENCE_CARD", "外国人永久居留身份证"
    PASSPORT = "PASSPORT", "护照"
    HK_MACAO_PERMIT = "HK_MACAO_PERMIT", "港澳居民来往内地通行证"
    TAIWAN_PERMIT = "TAIWAN_PERMIT", "台湾居民来往大陆通行证"
    HMT_RESIDENCE_PERMIT = "HMT_RESIDENCE_PERMIT", "港澳台居民居住证"


class DocumentChange(Word):
    """What was done to a document that had been mistyped."""

    CORRECTED = "CORRECTED", "更正证件"
    REMOVED = "REMOVED", "删除证件"


class EmploymentEnding(Word):
    """Why an employment ended."""

    RESIGNED = "RESIGNED", "离职"
    RETIRED = "RETIRED", "退休"
    CONTRACT_OVER = "CONTRACT_OVER", "合同期满"
    DISMISSED = "DISMISSED", "解聘"
    AID_OVER = "AID_OVER", "援派期满"
    MOVED = "MOVED", "变更用人单位"
    KIND_CHANGED = "KIND_CHANGED", "变更人员类别"
    DEPARTMENT_CHANGED = "DEPARTMENT_CHANGED", "调整内设机构"


class ContractKind(Word):
    """What kind of contract ties a person to the employer."""

    APPOINTMENT = "APPOINTMENT", "聘用合同"
    LABOUR = "LABOUR", "劳动合同"
    SERVICE = "SERVICE", "劳务协议"


class ImportKind(Word):
    """What the rows of an imported file are."""

    ORGANISATIONS = "ORGANISATIONS", "组织机构"
    PEOPLE = "PEOPLE", "人员"


class ImportState(Word):
    """Where an import stands."""

    RECEIVING = "RECEIVING", "待上传文件"
    CHECKING = "CHECKING", "正在校验"
    CHECKED = "CHECKED", "已校验"
    APPLYING = "APPLYING", "正在导入"
    DONE = "DONE", "已导入"
    CANCELLED = "CANCELLED", "已取消"
    FAILED = "FAILED", "未能完成"


class RecordKind(Word):
    """What a record tells of a person."""

    DEGREE = "DEGREE", "学历学位"
    TECHNICAL_CLASS = "TECHNICAL_CLASS", "技工院校"
    PRESENT_TITLE = "PRESENT_TITLE", "现专业技术资格"
    APPOINTMENT = "APPOINTMENT", "聘任"
    HONOUR = "HONOUR", "荣誉"
    VILLAGE_POSTING = "VILLAGE_POSTING", "驻村"
    AID_PERIOD = "AID_PERIOD", "援青"
    YEARLY_ASSESSMENT = "YEARLY_ASSESSMENT", "年度考核"
    SOCIAL_INSURANCE = "SOCIAL_INSURANCE", "社会保险"
    CONTRACT = "CONTRACT", "聘用（劳动）合同"
    CONTINUING_EDUCATION = "CONTINUING_EDUCATION", "继续教育"
    WORK_EXPERIENCE = "WORK_EXPERIENCE", "专业技术工作经历"
    EXAMINATION = "EXAMINATION", "专业技术资格考试"


class RecordState(Word):
    """Where a record stands; what is confirmed stays as it is."""

    DECLARED = "DECLARED", "待确认"
    CONFIRMED = "CONFIRMED", "已确认"
    REFUSED = "REFUSED", "未予确认"
    WITHDRAWN = "WITHDRAWN", "已撤回"
    SUPERSEDED = "SUPERSEDED", "已由新版本替代"
    REVOKED = "REVOKED", "已撤销确认"


class Known(Word):
    """A fact in three values: confirmed, only declared so far, or neither."""

    YES = "YES", "是"
    UNKNOWN = "UNKNOWN", "待确认"
    NO = "NO", "否"


class TitleLimit(Word):
    """Where alone a title is valid."""

    MINORITY_LANGUAGE_PUBLISHING = "MINORITY_LANGUAGE_PUBLISHING", "限少数民族语言文字出版"
    GRASS_ROOTS = "GRASS_ROOTS", "限基层（双定向）"


class HonourLevel(Word):
    """Which list of the notice an honour stands in (一（五）4（2）, （3）)."""

    NATIONAL = "NATIONAL", "国家级及所列同等荣誉"
    PROVINCIAL = "PROVINCIAL", "省级荣誉"


class ContestPlace(Word):
    """What was won in a contest."""

    GOLD = "GOLD", "金牌"
    SILVER = "SILVER", "银牌"
    BRONZE = "BRONZE", "铜牌"
    FIRST_PRIZE = "FIRST_PRIZE", "一等奖"


class ContestRole(Word):
    """In which part: a coach and an expert count like the competitor."""

    COMPETITOR = "COMPETITOR", "选手"
    EXPERT = "EXPERT", "指导专家"
    COACH = "COACH", "教练"


class PostingRole(Word):
    """In which part someone was posted to a village."""

    FIRST_SECRETARY = "FIRST_SECRETARY", "驻村第一书记"
    TEAM_MEMBER = "TEAM_MEMBER", "驻村工作队队员"


class Act(Word):
    """What can be asked of accounts by someone who is signed in."""

    CREATE_ORGANISATION = "CREATE_ORGANISATION", "创建下级机构"
    LIST_ORGANISATIONS = "LIST_ORGANISATIONS", "查看机构"
    CHANGE_ORGANISATION = "CHANGE_ORGANISATION", "更名、划转、合并、停用、恢复机构"
    KEEP_UP_ORGANISATION = "KEEP_UP_ORGANISATION", "维护机构联系方式和专人"
    READ_ORGANISATION_HISTORY = "READ_ORGANISATION_HISTORY", "查看机构变更记录"
    IMPORT = "IMPORT", "批量导入机构和人员"
    CREATE_PERSON = "CREATE_PERSON", "创建个人账号"
    READ_PERSON = "READ_PERSON", "查看人员"
    MANAGE_PERSON = "MANAGE_PERSON", "维护人员信息和用人关系"
    UNMASK_PERSON = "UNMASK_PERSON", "查看完整证件号码（留痕）"
    DECLARE_RECORD = "DECLARE_RECORD", "代为填报档案信息"
    CONFIRM_RECORD = "CONFIRM_RECORD", "确认档案信息"
    CHANGE_EMPLOYER = "CHANGE_EMPLOYER", "申请、放行和裁决变更用人单位"
    MANAGE_ACCOUNTS = "MANAGE_ACCOUNTS", "管理账号和授予角色"
    SEE_ACCOUNT = "SEE_ACCOUNT", "查看账号"
    SEE_COLLEAGUES = "SEE_COLLEAGUES", "查看可受托的同事（姓名）"
    MANAGE_QUESTIONS = "MANAGE_QUESTIONS", "管理在线测试试题"
    MANAGE_CLIENTS = "MANAGE_CLIENTS", "管理第三方应用"


class Far(Word):
    """How far a seat reaches in an act."""

    ITSELF = "ITSELF", "本机构"
    ITSELF_AND_BELOW = "ITSELF_AND_BELOW", "本机构及所有下级"
    ITSELF_AND_DIRECTLY_BELOW = "ITSELF_AND_DIRECTLY_BELOW", "本机构及直接下级"
    DIRECTLY_BELOW = "DIRECTLY_BELOW", "直接下级"
    """The root has nobody above it: what others' superiors do, it does itself."""


class DelegationState(Word):
    """Where a delegation stands; one whose last day is over has simply ended."""

    AGREED = "AGREED", "委托中"
    ENDED = "ENDED", "已提前结束"


class ChallengeKind(Word):
    """What is asked for after the right password."""

    CODE = "CODE", "输入动态口令"
    ENROL = "ENROL", "绑定第二重验证"
    CHANGE = "CHANGE", "更换第二重验证"


class SignInWay(Word):
    """How somebody proved to be the account's owner."""

    PASSWORD = "PASSWORD", "密码"
    CODE = "CODE", "密码和动态口令"
    RECOVERY_CODE = "RECOVERY_CODE", "密码和恢复码"
    EXTERNAL = "EXTERNAL", "统一身份认证"


class SignInOutcome(Word):
    """What came of a try to sign in."""

    SIGNED_IN = "SIGNED_IN", "登录成功"
    PASSWORD_WRONG = "PASSWORD_WRONG", "密码错误"
    CODE_WRONG = "CODE_WRONG", "动态口令或恢复码错误"
    REUSED = "REUSED", "登录凭证被重复使用，会话已结束"
