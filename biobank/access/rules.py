"""Who may be enrolled as what."""

from biobank.act.people import SIDE_OF, Role, Side
from biobank.errors import BadInput, Conflict, NotAllowed


class WrongSignIn(NotAllowed):
    """User name or password is wrong; which one is not said."""

    code = "wrong_sign_in"


class UserNameTaken(Conflict):
    """The user name belongs, or once belonged, to somebody."""

    code = "user_name_taken"


class RoleOfOtherSide(BadInput):
    """Everybody has one side; a role of another side cannot be given."""

    code = "role_of_other_side"


def check_roles(side: Side, roles: frozenset[Role]) -> None:
    """All roles are of the person's side. Raises RoleOfOtherSide."""
    for role in sorted(roles):
        if SIDE_OF[role] != side:
            raise RoleOfOtherSide(field="roles", role=role, side=side)
