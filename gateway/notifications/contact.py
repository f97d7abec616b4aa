"""Where the caller is reached outside of the inbox, and how he or she wishes it (联系方式与接收设置)."""

from datetime import datetime, time
from enum import Enum

import strawberry

from gateway.context import Info
from gateway.ids import uuid_of
from gateway.notifications.delivery import NoticeChannel
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import Known
from gateway.told import Told, body_of
from gateway.words import described, id_of, listed, optional, terms

CONTACTS, PREFERENCES = "/v1/contacts", "/v1/contact-preferences"


@terms("Who told a contact.")
class ContactOrigin(Enum):
    """Origin."""

    OWNER = "本人填写"
    ACCOUNTS = "账号登记信息"


@terms("How often what is not urgent comes.")
class NoticeDigest(Enum):
    """Digest."""

    NONE = "即时发送"
    DAILY = "每日汇总"
    WEEKLY = "每周汇总"


@terms("What a notice is about.")
class NoticeTopic(Enum):
    """Topic."""

    ACCOUNT = "机构与账号"
    RECORD = "个人档案信息"
    LEARNING = "在线学习与测试"
    SEASON = "年度评审安排与标准"
    QUOTA = "岗位结构比例与职数"
    RECOMMENDATION = "单位推荐"
    DECLARATION = "申报与审核"
    EXPERT = "评审专家"
    MEETING = "评审会议"
    RESULT = "评审结果与证书"
    RECOGNITION = "职称确认"
    INTEGRITY = "诚信与举报"


@terms("Languages that notices come in.")
class NoticeLanguage(Enum):
    """Language."""

    ZH = "中文"
    EN = "英文"


@strawberry.type(description="A contact of the caller (联系方式); its address is masked.")
class OwnContact(Known):
    """A contact."""

    channel: NoticeChannel = described("By which channel.")
    masked: str = described("The address, masked.")
    origin: ContactOrigin = described("Who told it.")
    place: int = described("Its place: the smallest is tried first.")
    verified_at: datetime | None = described("Since when it is known to be the caller's; null before.")
    failing_at: datetime | None = described("Since when nothing arrives there.")


@strawberry.type(description="The caller's contacts in their order, and the channels that there are.")
class OwnContacts(Told):
    """Contacts."""

    items: list[OwnContact] = listed("The contacts.")
    channels: list[NoticeChannel] = listed("Channels that anything goes out by here.")


@strawberry.type(description="A topic that does not come by a channel.")
class SwitchedOff(Told):
    """Off."""

    topic: NoticeTopic = described("What it is about.")
    channel: NoticeChannel = described("By which channel.")


@strawberry.type(description="How the caller wishes to be reached (接收设置).")
class ContactPreferences(Told):
    """Wishes."""

    language: NoticeLanguage = described("In which language.")
    time_zone: str = described("By which clock.")
    quiet_from: time | None = described("When the quiet hours begin (免打扰时段).")
    quiet_until: time | None = described("When they end; before the beginning: on the next day.")
    digest: NoticeDigest = described("Whether what is not urgent is gathered.")
    digest_hour: int = described("At which hour it comes then.")
    digest_weekday: int = described("On which day of the week, if weekly; 1 is Monday.")
    off: list[SwitchedOff] = listed("What does not come by which channel.")
    legal: bool = described("Legal notices (法定告知) come whatever else is wished: always true.")


@strawberry.input(description="A further contact; a code goes there at once.")
class AddContactInput(Act):
    """Add."""

    channel: NoticeChannel = described("By which channel.")
    address: str = described("The address; for a browser's push its subscription as JSON.")


@strawberry.input(description="Another code for a contact.")
class SendContactCodeInput(Act):
    """Send."""

    id: strawberry.ID = id_of("OwnContact", "The contact.")


@strawberry.input(description="The code (验证码) that went to a contact.")
class VerifyContactInput(Act):
    """Verify."""

    id: strawberry.ID = id_of("OwnContact", "The contact.")
    code: str = described("The code.")


@strawberry.input(description="Another order of the caller's contacts.")
class OrderContactsInput(Act):
    """Order."""

    ids: list[strawberry.ID] = id_of("OwnContact", "Every contact once, the one to be tried first first.")


@strawberry.input(description="A contact to be forgotten.")
class RemoveContactInput(Act):
    """Remove."""

    id: strawberry.ID = id_of("OwnContact", "The contact.")


@strawberry.input(description="A topic that is not to come by a channel.")
class SwitchedOffInput:
    """Off."""

    topic: NoticeTopic = described("What it is about.")
    channel: NoticeChannel = described("By which channel.")


@strawberry.input(
    description="How the caller wishes to be reached; what is left out is as if nothing was ever said."
)
class SetContactPreferencesInput(Act):
    """Wish."""

    language: NoticeLanguage = described("In which language.")
    time_zone: str | None = optional("By which clock; Asia/Shanghai unless told.")
    quiet_from: time | None = optional("When the quiet hours begin.")
    quiet_until: time | None = optional("When they end.")
    digest: NoticeDigest | None = optional("Whether what is not urgent is gathered.")
    digest_hour: int | None = optional("At which hour it comes then.")
    digest_weekday: int | None = optional("On which day of the week, if weekly; 1 is Monday.")
    off: list[SwitchedOffInput] | None = optional("What is not to come by which channel.")
    legal: bool | None = optional("Legal notices cannot be switched off: false is refused.")


@strawberry.type(description="What came of an act on a contact.")
class OwnContactPayload(Payload):
    """The contact."""

    contact: OwnContact | None = optional("The contact as it is now, or was.")


@strawberry.type(description="What came of another order.")
class OwnContactsPayload(Payload):
    """The contacts."""

    contacts: OwnContacts | None = optional("The contacts in their order.")


@strawberry.type(description="What came of it.")
class ContactPreferencesPayload(Payload):
    """The wishes."""

    preferences: ContactPreferences | None = optional("How the caller is reached now.")


@strawberry.type
class ContactQuery:
    """The caller's contacts and wishes."""

    @strawberry.field(description="Where the caller is reached outside of the inbox.")
    async def own_contacts(self, info: Info) -> OwnContacts | None:
        """Contacts."""
        return OwnContacts.of(await info.context.notifications.get(CONTACTS))

    @strawberry.field(description="How the caller wishes to be reached.")
    async def contact_preferences(self, info: Info) -> ContactPreferences | None:
        """Wishes."""
        return ContactPreferences.of(await info.context.notifications.get(PREFERENCES))


@strawberry.type
class ContactMutation:
    """Acts on the caller's contacts."""

    @mutation("Add a contact; a code goes there at once.")
    async def add_contact(self, info: Info, input: AddContactInput) -> OwnContactPayload | None:
        """Add it."""
        return await _contact(info, "POST", CONTACTS, body_of(input))

    @mutation("Send another code to a contact; the one before is void.")
    async def send_contact_code(self, info: Info, input: SendContactCodeInput) -> OwnContactPayload | None:
        """Send it."""
        return await _contact(info, "POST", f"{_path(input.id)}/code")

    @mutation("Show that a contact is the own one, by the code that went there.")
    async def verify_contact(self, info: Info, input: VerifyContactInput) -> OwnContactPayload | None:
        """Verify it."""
        return await _contact(info, "POST", f"{_path(input.id)}/verify", body_of(input, "id"))

    @mutation("Forget a contact.")
    async def remove_contact(self, info: Info, input: RemoveContactInput) -> OwnContactPayload | None:
        """Remove it."""
        return await _contact(info, "DELETE", _path(input.id))

    @mutation("Put the caller's contacts into another order.")
    async def order_contacts(self, info: Info, input: OrderContactsInput) -> OwnContactsPayload | None:
        """Order them."""
        done = await info.context.notifications.write("PUT", f"{CONTACTS}/order", body_of(input))
        return OwnContactsPayload(contacts=OwnContacts.of(done.record), basis=Basis.each(done.basis))

    @mutation("Say how one wishes to be reached: by topic and channel, when, and in which language.")
    async def set_contact_preferences(
        self, info: Info, input: SetContactPreferencesInput
    ) -> ContactPreferencesPayload | None:
        """Keep it."""
        body = body_of(input) | {"language": input.language.name.lower()}
        done = await info.context.notifications.write("PUT", PREFERENCES, body)
        kept = ContactPreferences.of(done.record)
        return ContactPreferencesPayload(preferences=kept, basis=Basis.each(done.basis))


def _path(contact_id: strawberry.ID) -> str:
    return f"{CONTACTS}/{uuid_of(contact_id, 'OwnContact')}"


async def _contact(info: Info, method: str, path: str, body: object = None) -> OwnContactPayload:
    done = await info.context.notifications.write(method, path, body)
    return OwnContactPayload(contact=OwnContact.of(done.record), basis=Basis.each(done.basis))
