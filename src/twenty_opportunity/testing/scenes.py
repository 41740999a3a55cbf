"""What stands in the fields of a made-up workspace: people, companies, deals and days that fit each other."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Mapping
from importlib import import_module
from random import Random
from typing import TYPE_CHECKING, Any, Final

import attrs

from twenty_opportunity.errors import required
from twenty_opportunity.values.formats import date_time_text
from twenty_opportunity.values.money import MICROS_PER_UNIT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_FIRST_DAY: Final = dt.datetime(2026, 1, 1, 9, tzinfo=dt.UTC)
_CURRENCIES: Final = {"USD": (12, 1), "EUR": (9, 1), "GBP": (4, 1), "CHF": (2, 1), "JPY": (1, 150)}  # weight, rate
_WON_OR_LOST: Final = re.compile(r"CUSTOMER|WON|LOST|SIGNED|CLOSED|DONE|CANCEL|REJECT|PAID")
_WORK: Final = ("Renewal", "Rollout", "Pilot", "Expansion", "Support contract", "Migration", "Training", "Phase 2")
_FILES: Final = ("pdf", "docx", "xlsx", "png")
_MOST_MICROS: Final = 2**53 - 1
_CAST: Final = 40  # companies, and people, of a workspace
_TEXTS: Final = 300  # of each kind


@attrs.frozen
class Deal:
    """
    What one opportunity is about.

    Attributes:
        company: The name of the company.
        members: Values of members of an opportunity that have to fit each other, by name; instants are datetimes.
    """

    company: str
    members: Mapping[str, Any]


class Scene:
    """
    A made-up workspace. The same seed makes the same one, whenever and wherever.

    Args:
        seed: The seed.
        stages: The stages of a pipeline, in their order.

    Attributes:
        today: The day around which everything happens, which only the seed decides.

    Raises:
        MissingExtraError: The extra `cli`, which has Faker, is not installed.
    """

    today: dt.datetime

    def __init__(self, seed: int, stages: Sequence[str]) -> None:
        with required("cli", "making fixtures"):
            self._faker: Any = import_module("faker").Faker("en_US")
        self._faker.seed_instance(seed)
        self._random = Random(seed)  # noqa: S311 - fixtures are no secrets
        self._stages = stages
        self.today = _FIRST_DAY + dt.timedelta(days=self._random.randrange(365))
        self._companies = [(self.id(), self._faker.company()) for _ in range(_CAST)]
        self._people = [(self.id(), self._faker.name()) for _ in range(_CAST)]
        self._owners = self._people[:6]
        self._made: dict[str, list[str]] = {}
        self._pools: dict[str, list[str]] = {}
        self._texts: Mapping[str, Callable[[], str]] = {
            "nameSingular": lambda: "opportunity",
            "updatedFields": lambda: "stage",
            "firstName": self._faker.first_name,
            "lastName": self._faker.last_name,
            "email": self._faker.safe_email,
            "number": self._phone,
            "countryCode": lambda: "US",
            "callingCode": lambda: "+1",
            "url": self._faker.url,
            "label": self._faker.catch_phrase,
            "addressStreet1": self._faker.street_address,
            "addressStreet2": self._faker.secondary_address,
            "addressCity": self._faker.city,
            "addressState": self._faker.state,
            "addressCountry": lambda: "United States",
            "addressPostcode": self._faker.postcode,
            "extension": lambda: self._random.choice(_FILES),
            "markdown": lambda: f"**{self._faker.catch_phrase()}**\n\n{self._faker.sentence()}",
            "blocknote": lambda: "[]",
            "": self._faker.catch_phrase,
        }

    def deal(self) -> Deal:
        """Make up an opportunity."""
        stage = self._stage()
        created = self._moment(-420, -20)
        updated = created + (self.today - created) * self._random.random()
        owner, company, person = self._random.choice(self._owners), *map(self._random.choice, self._sides())
        closed = _WON_OR_LOST.search(stage) is not None
        close = created + (self.today - created) * self._random.random() if closed else self._moment(5, 180)
        members = {
            "id": self.id(),
            "createdAt": created,
            "updatedAt": updated,
            "deletedAt": updated if self._random.random() < 0.02 else None,  # noqa: PLR2004 - one of fifty
            "name": f"{company[1]}: {self._random.choice(_WORK)}",
            "stage": stage,
            "amount": self.amount(),
            "closeDate": close.replace(hour=0, minute=0, second=0, microsecond=0),
            "position": self._random.randrange(1, 1000),
            "companyId": company[0],
            "pointOfContactId": person[0],
            "ownerId": owner[0],
            "createdBy": self._actor(owner),
            "updatedBy": self.actor(),
            "searchVector": " ".join(f"'{word.lower()}':{at}" for at, word in enumerate(company[1].split(), 1)),
        }
        return Deal(company[1], members)

    def amount(self) -> dict[str, Any]:
        """Make up an amount as deals have it: most are small, few are large, all are round."""
        code = self._random.choices([*_CURRENCIES], [weight for weight, _ in _CURRENCIES.values()])[0]
        worth = min(max(self._random.lognormvariate(9.5, 1.2), 200), 5_000_000)
        step = 10 ** (len(str(int(worth))) - 2)
        units = int(worth) // step * step * _CURRENCIES[code][1]
        return {"amountMicros": min(units * MICROS_PER_UNIT, _MOST_MICROS), "currencyCode": code}

    def text(self, name: str) -> str:
        """
        Make up a text for a member.

        Args:
            name: The member's name, which tells what people put there.
        """
        pool = self._pools.get(name)
        if pool is None:
            known = next(known for known in self._texts if known.lower() in name.lower())
            pool = self._pools[name] = self._made.setdefault(known, [])
            # Making a text takes longer than all else, and in a workspace most come again.
            pool += [] if pool else [self._texts[known]() for _ in range(_TEXTS)]
        return self._random.choice(pool)

    def number(self, name: str) -> int:
        """Make up a number for a member of a name."""
        if re.search(r"(?i)lat$|lng$|lon$", name):
            return self._random.randrange(-60, 60)
        if name == "statusCode":
            return 400
        return self._random.randrange(0, 101 if re.search(r"(?i)percent|probab|rate|share", name) else 500)

    def instant(self) -> dt.datetime:
        """Make up a point in time around today, in working hours."""
        return self._moment(-90, 180)

    def null(self) -> bool:
        """Decide whether a member that may be null is."""
        return self._random.random() < 0.15  # noqa: PLR2004 - about one of seven

    def one(self, options: Sequence[Any]) -> Any:
        """Pick one of several."""
        return self._random.choice(options)

    def some(self, options: Sequence[Any], *, least: int = 0) -> list[Any]:
        """Pick a few of several, none twice."""
        return self._random.sample(options, min(len(options), self._random.randint(least, 4)))

    def _sides(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        return self._companies, self._people

    def _stage(self) -> str:
        """Pick a stage; of those that follow each other the earlier one has more deals in it."""
        weights = [len(self._stages) + 2 - at for at in range(len(self._stages))]
        return self._random.choices(self._stages, weights)[0]

    def _moment(self, first: int, last: int) -> dt.datetime:
        day = self.today + dt.timedelta(days=self._random.randrange(first, last))
        return day + dt.timedelta(milliseconds=self._random.randrange(8 * 3600 * 1000))

    def id(self) -> str:
        """Make up an id."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def _phone(self) -> str:
        return f"555{self._random.randrange(10_000_000):07}"

    def actor(self) -> dict[str, Any]:
        """Make up who or what did something."""
        return self._actor(self._random.choice(self._owners))

    def _actor(self, member: tuple[str, str]) -> dict[str, Any]:
        source = self._random.choice(["MANUAL", "MANUAL", "API", "IMPORT", "EMAIL"])
        context = {"provider": "google"} if source == "EMAIL" else None
        return {"source": source, "workspaceMemberId": member[0], "name": member[1], "context": context}


def day_text(instant: dt.datetime) -> str:
    """Write the day of an instant."""
    return instant.date().isoformat()


def instant_text(instant: dt.datetime) -> str:
    """Write an instant as servers do."""
    return date_time_text(instant.replace(microsecond=instant.microsecond // 1000 * 1000), milliseconds=True)
