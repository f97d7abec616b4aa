"""What the OpenAPI document says beside what the services say themselves."""

from collections.abc import Mapping
from typing import Any

INFO: Mapping[str, Any] = {
    "title": "职称申报评审平台 REST 接口 REST API of the titles platform",
    "version": "1",
    "description": (
        "各服务面向第三方系统的接口，经网关统一提供。What the services offer to other systems, all through the gateway.\n\n"
        "Refusals are problems (RFC 9457, `application/problem+json`) with a stable `code`, a message in the caller's language, "
        "and the articles that they rest on (`basis`). Lists are paged: `next_cursor` is given back as `after`. A write repeated "
        "with its `Idempotency-Key` is answered again, not done again. Fields and values of enumerations may come at any time: "
        "pass over what you do not know; anything else is a new version. Each answer tells its `X-Request-Id`."
    ),
}
SCOPES: Mapping[str, str] = {
    "openid": "know who somebody is 身份标识",
    "profile": "know name and seats 姓名和任职",
    "titles.read": "read as the caller does 代为查看",
    "titles.write": "act as the caller does 代为办理",
    "certificates.verify": "verify certificates, many at a time 批量查验证书",
}
LINKS = frozenset({"download_url", "upload_url", "whole_url", "url", "path"})
"""Fields that hold a link: where it is a path of the service, the gateway tells its own."""
TAGS: Mapping[str, str] = {
    "OAuth 2.1": "授权登录",
    "accounts": "账号",
    "announcements": "公告",
    "avoidance": "回避",
    "batch": "申报批次",
    "certificate": "职称证书",
    "changes of employer": "变更用人单位",
    "committee": "评审委员会",
    "contacts": "联系方式和接收偏好",
    "credential": "电子证书",
    "credit": "信用信息推送",
    "criteria": "评审条件",
    "cycle": "年度",
    "declaration": "申报",
    "delegations": "角色委托",
    "delivery": "通知发送",
    "employments": "任职",
    "entitlement": "享受政策人员名单",
    "evaluation": "评价标准",
    "evidence": "档案佐证材料",
    "historic": "历史证书导入",
    "imports": "批量导入",
    "inbox": "消息",
    "integrity": "诚信案件",
    "learning": "学习和在线测试",
    "material": "申报材料",
    "meeting": "评审会议",
    "organisations": "组织机构",
    "people": "人员",
    "publicity": "公示",
    "question banks": "题库",
    "recognition": "职称互认",
    "recommendation": "推荐",
    "records": "档案信息",
    "registration": "推荐登记",
    "report": "举报",
    "roles": "角色",
    "route": "申报途径",
    "second factor": "二次验证",
    "sessions": "登录会话",
    "sign-in": "登录",
    "supervision": "监督",
    "templates": "通知模板",
    "third parties": "第三方应用",
    "verification": "材料核验",
    "webhooks": "事件推送",
}
"""The Chinese term of every tag that does not say it itself."""
