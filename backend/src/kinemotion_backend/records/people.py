"""Records of athletes, teams and sessions."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import AwareDatetime, Field

from kinemotion_backend.errors import ServiceError
from kinemotion_backend.records.paging import Page, PageRequest

Sex = Literal["female", "male"]
Name: TypeAlias = Annotated[str, Field(min_length=1, max_length=200)]
HeightM: TypeAlias = Annotated[float, Field(ge=1, le=2.5)]
MassKg: TypeAlias = Annotated[float, Field(ge=20, le=300)]
Notes: TypeAlias = Annotated[str, Field(max_length=5000)]
"""What may be said of a person, whether a client says it or an archive."""


class Conflict(ServiceError):
    """Another record has that name already."""

    code = "conflict"
    hint = "Choose another external id, or change the record that has it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Athlete:
    """A person who is measured."""

    id: str
    owner: str
    name: Name
    created_at: AwareDatetime
    updated_at: AwareDatetime
    external_id: Name | None = None
    """The club's own id; unique for each owner."""
    sex: Sex | None = None
    height_m: HeightM | None = None
    mass_kg: MassKg | None = None
    born_on: date | None = None
    consented_at: AwareDatetime | None = None
    consented_by: Name | None = None
    """Who agreed: the athlete, or a parent."""
    consent_withdrawn_at: AwareDatetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A group of athletes."""

    id: str
    owner: str
    name: Name
    created_at: AwareDatetime


@dataclass(frozen=True, slots=True)
class Membership:
    """An athlete in a team."""

    team_id: str
    athlete_id: str
    created_at: AwareDatetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A training session or a testing day."""

    id: str
    owner: str
    title: Name
    held_on: date
    created_at: AwareDatetime
    team_id: str | None = None
    notes: Notes = ""


class AthleteRepository(ABC):
    """Athletes."""

    @abstractmethod
    async def add(self, athlete: Athlete) -> None:
        """Write a new athlete. Raises Conflict where the owner has the external id already."""

    @abstractmethod
    async def get(self, athlete_id: str, *, owner: str) -> Athlete | None:
        """Return the athlete; None where there is none, or it is another owner's."""

    @abstractmethod
    async def find(self, owner: str, *, team_id: str | None, page: PageRequest) -> Page[Athlete]:
        """Return a page of the owner's athletes, the newest first; of one team where it is given."""

    @abstractmethod
    async def find_by_external_id(self, owner: str, external_id: str) -> Athlete | None:
        """Return the athlete with the club's own id."""

    @abstractmethod
    async def update(self, athlete: Athlete) -> bool:
        """Write the athlete's fields; False where there is none. Raises Conflict."""

    @abstractmethod
    async def delete(self, athlete_id: str) -> None:
        """Delete the athlete and the memberships."""


class TeamRepository(ABC):
    """Teams and who belongs to them."""

    @abstractmethod
    async def add(self, team: Team) -> None:
        """Write a new team."""

    @abstractmethod
    async def get(self, team_id: str, *, owner: str) -> Team | None:
        """Return the team; None where there is none, or it is another owner's."""

    @abstractmethod
    async def find(self, owner: str, *, page: PageRequest) -> Page[Team]:
        """Return a page of the owner's teams, the newest first."""

    @abstractmethod
    async def rename(self, team_id: str, name: str) -> None:
        """Give the team another name."""

    @abstractmethod
    async def add_member(self, membership: Membership) -> None:
        """Put the athlete into the team; a second time changes nothing."""

    @abstractmethod
    async def remove_member(self, team_id: str, athlete_id: str) -> None:
        """Take the athlete out of the team."""

    @abstractmethod
    async def find_memberships(self, owner: str) -> tuple[Membership, ...]:
        """Return every membership of the owner's teams."""

    @abstractmethod
    async def delete(self, team_id: str) -> None:
        """Delete the team; its athletes stay."""


class SessionRepository(ABC):
    """Sessions."""

    @abstractmethod
    async def add(self, session: Session) -> None:
        """Write a new session."""

    @abstractmethod
    async def get(self, session_id: str, *, owner: str) -> Session | None:
        """Return the session; None where there is none, or it is another owner's."""

    @abstractmethod
    async def find(self, owner: str, *, team_id: str | None, page: PageRequest) -> Page[Session]:
        """Return a page of the owner's sessions, the newest first; of one team where it is given."""

    @abstractmethod
    async def update(self, session: Session) -> bool:
        """Write the session's fields; False where there is none."""

    @abstractmethod
    async def delete(self, session_id: str) -> None:
        """Delete the session; its analyses stay."""
