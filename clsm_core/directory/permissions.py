"""Who may do what in the directory, by role in the council.

Everybody reads organisations, partnerships, and people by name and function. How to reach a person
is for those who correct entries, since they answer for their being right; files that carry many
addresses, setting aside, forgetting and importing are for the coordination.

Source: decisions 46; domain.md D.1; GDPR art. 5 (what each needs, no more).
"""

from __future__ import annotations

from clsm_core.council.access import Member
from clsm_core.council.permissions import Act

READ = Act.READ
EDIT = Act.PROPOSE
# Putting an organisation in the public guide, or taking it out, is publishing.
PUBLISH = Act.VALIDATE
MANAGE = Act.MANAGE


def may_reach_people(member: Member) -> bool:
    """Tell whether a person's e-mail and telephone are shown."""
    return member.may(EDIT)


def may_carry_addresses(member: Member) -> bool:
    """Tell whether files with the e-mails and telephones of people are handed over."""
    return member.may(MANAGE)
