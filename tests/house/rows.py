"""What a row of the role × route table is made of.

A row gives, for GET and for POST, one answer per role in the order of ROLES. `login` is a redirect to the sign-in page;
200 a page; 302 on to another page; 403 the wrong door; 404 not yours; 405 the wrong method; 409 too late; 422 asked to
correct what was filled in.
"""

from dataclasses import dataclass, field
from operator import attrgetter

ROLES = ("anonymous", "resident", "stranger", "clerk", "reviewer", "outsider", "countersigner", "auditor")
CLOSED = "login 405 405 405 405 405 405 405"
NOBODYS = lambda world: (0,)  # noqa: E731
ONLY_GET = "405 405 405 405 405 405 405 405"
OFFICERS = "login 403 403 403 200 200 200 200"
RESIDENTS = "login 200 200 403 403 403 403 403"
CLERKS = "login 403 403 200 403 403 403 403"
CLERK_MOVES_ON = "login 403 403 302 403 403 403 403"
# A POST that was answered with a sentence instead of a deed.
NOTHING_DONE = "login 409 409 403 403 403 403 403"


@dataclass(frozen=True)
class Row:
    """One route on one kind of object. `args`, `data` and `query` are made from the world (`tests.house.routes.build`)."""

    name: str
    get: str
    post: str
    on: str = ""
    args: object = lambda world: ()
    data: object = lambda world: {}
    query: object = field(default=lambda world: {})

    def __str__(self):
        return f"{self.name} {self.on}".strip()


def key_of(situation):
    """The primary key of an object of the world, as `pension.village`."""
    return lambda world: (attrgetter(situation)(world).pk,)


def number_of(situation):
    """The number of an application of the world, as `pension.waiting`."""
    return lambda world: (attrgetter(situation)(world).number,)


def press_of(situation):
    """The key of the press of 提交 that made an application of the world."""
    return lambda world: (attrgetter(situation)(world).submission_key,)
