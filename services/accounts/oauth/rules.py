"""What of a client goes together: one sentence each, all broken ones told at once."""

from collections.abc import Collection, Iterator

from services.accounts.oauth.errors import ClientUnfit
from services.accounts.oauth.policy import OAuthRules
from services.accounts.oauth.states import ClientKind, GrantKind
from services.kit.errors import Basis, Finding

Told = tuple[str, str, str]


def refuse_unfit(
    policy: OAuthRules,
    kind: ClientKind,
    grants: Collection[GrantKind],
    scopes: Collection[str],
    redirect_uris: Collection[str],
    basis: Basis,
) -> None:
    """Refuse a client that does not hold together.

    Raises:
        ClientUnfit: every reason is a finding.
    """
    told = [*_of_grants(kind, grants, redirect_uris), *_of_scopes(policy, grants, scopes)]
    if told:
        findings = [Finding("CLIENT_UNFIT", zh, en, field, (basis,)) for field, zh, en in told]
        reasons = {"zh": "；".join(f.zh for f in findings), "en": " ".join(f.en for f in findings)}
        raise ClientUnfit(field=told[0][0], basis=(basis,), findings=findings, **reasons)


def _of_grants(
    kind: ClientKind, grants: Collection[GrantKind], redirect_uris: Collection[str]
) -> Iterator[Told]:
    by_code = GrantKind.AUTHORIZATION_CODE in grants
    if GrantKind.CLIENT_CREDENTIALS in grants and kind is ClientKind.PUBLIC:
        yield "grants", "公开客户端不能使用客户端凭据", "A public client has no credentials of its own."
    if GrantKind.REFRESH_TOKEN in grants and not by_code:
        yield "grants", "刷新令牌须与授权码一起使用", "Refresh tokens come with authorization codes only."
    if by_code != bool(redirect_uris):
        yield (
            "redirect_uris",
            "使用授权码须且仅须登记回调地址",
            "Redirect URIs belong to authorization codes.",
        )


def _of_scopes(policy: OAuthRules, grants: Collection[GrantKind], scopes: Collection[str]) -> Iterator[Told]:
    if unknown := sorted(set(scopes) - set(policy.scopes)):
        listed, possible = "、".join(unknown), "、".join(policy.scopes)
        yield (
            "scopes",
            f"没有授权范围 {listed}，可选：{possible}",
            f"No scope {listed}. Possible: {possible}.",
        )
    if GrantKind.AUTHORIZATION_CODE not in grants and (
        of_people := sorted(set(scopes) & set(policy.of_people))
    ):
        listed = "、".join(of_people)
        yield "scopes", f"{listed} 只用于个人授权", f"{listed}: for clients that speak for people only."
