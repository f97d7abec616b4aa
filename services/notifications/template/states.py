"""Words of templates: what a notice is about, so that its reader can choose where to hear of it."""

from services.kit.words import Word


class Topic(Word):
    """What a notice is about."""

    ACCOUNT = "ACCOUNT", "机构与账号"
    RECORD = "RECORD", "个人档案信息"
    LEARNING = "LEARNING", "在线学习与测试"
    SEASON = "SEASON", "年度评审安排与标准"
    QUOTA = "QUOTA", "岗位结构比例与职数"
    RECOMMENDATION = "RECOMMENDATION", "单位推荐"
    DECLARATION = "DECLARATION", "申报与审核"
    EXPERT = "EXPERT", "评审专家"
    MEETING = "MEETING", "评审会议"
    RESULT = "RESULT", "评审结果与证书"
    RECOGNITION = "RECOGNITION", "职称确认"
    INTEGRITY = "INTEGRITY", "诚信与举报"
