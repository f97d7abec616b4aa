"""Which roles an organisation may have (附件3 一): the policy's table, asked in one place."""

from collections.abc import Iterable, Mapping

from services.accounts.contract import OrganisationKind, Role
from services.accounts.policy import Policy
from services.accounts.role.errors import RoleDoesNotFit
from services.kit.errors import Basis


def refuse_unfit(policy: Policy, kind: OrganisationKind, roles: Iterable[Role]) -> None:
    """Refuse roles that an organisation of `kind` cannot have.

    Raises:
        RoleDoesNotFit: names the first such role and those possible.
    """
    possible = policy.roles.possible[kind]
    for role in roles:
        if role not in possible:
            label = policy.organisations.kinds[kind]
            raise RoleDoesNotFit(
                role=role,
                kind_zh=label.zh,
                kind_en=label.en,
                possible="、".join(possible),
                field="roles",
                basis=_basis(policy.articles, kind),
            )


def _basis(articles: Mapping[str, Basis], kind: OrganisationKind) -> tuple[Basis, ...]:
    return (articles["department_roles" if kind is OrganisationKind.INTERNAL_DEPARTMENT else "kinds"],)
