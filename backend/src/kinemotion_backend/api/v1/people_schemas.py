"""What the routes of athletes, teams and sessions take and give."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from kinemotion_backend.api.v1.schemas import AnalysisInfo, describe
from kinemotion_backend.athletes.service import AthleteDetails, SessionDetails
from kinemotion_backend.athletes.testing_days import DayTable
from kinemotion_backend.athletes.trends import Contrast, Estimate, Trend
from kinemotion_backend.records.base import Athlete, HeightM, MassKg, Name, Notes, Session, Sex, Team

Interval = tuple[float, float]


class AthleteBody(BaseModel):
    """Facts of an athlete."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "Ana", "sex": "female", "mass_kg": 61.5}]}
    )

    name: Name
    external_id: Name | None = Field(None, description="The club's own id.")
    sex: Sex | None = None
    height_m: HeightM | None = Field(None, description="Stature, barefoot.")
    mass_kg: MassKg | None = Field(None, description="Body mass.")
    born_on: date | None = None

    def details(self) -> AthleteDetails:
        """Return it as the domain takes it."""
        return AthleteDetails(**self.model_dump())


class AthleteInfo(AthleteBody):
    """An athlete."""

    model_config = ConfigDict(extra="ignore")

    athlete_id: str
    consented_at: datetime | None
    consented_by: str | None
    consent_withdrawn_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, athlete: Athlete) -> "AthleteInfo":
        """Return the athlete as clients see it."""
        return cls(
            athlete_id=athlete.id,
            name=athlete.name,
            external_id=athlete.external_id,
            sex=athlete.sex,
            height_m=athlete.height_m,
            mass_kg=athlete.mass_kg,
            born_on=athlete.born_on,
            consented_at=athlete.consented_at,
            consented_by=athlete.consented_by,
            consent_withdrawn_at=athlete.consent_withdrawn_at,
            created_at=athlete.created_at,
        )


class AthletePage(BaseModel):
    """Some athletes, the newest first."""

    items: list[AthleteInfo]
    next_cursor: str | None


class ConsentBody(BaseModel):
    """Who agrees that the athlete is filmed and measured."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"by": "her mother"}]})

    by: Name


class ErasedAthlete(BaseModel):
    """What was deleted of a person."""

    athlete_id: str
    analyses: int = Field(description="Analyses deleted with their videos and results.")
    deleted: list[str] = Field(default=["videos", "results", "analyses", "record"])


class DayInfo(BaseModel):
    """What was measured on one day."""

    date: date
    results: int
    value: float
    value_interval: Interval
    change: float | None
    change_interval: Interval | None
    verdict: str = Field(description="`first`, `within error`, `real` or `worthwhile`.")


class TrendInfo(BaseModel):
    """One metric of one sport, day by day."""

    sport_type: str
    metric: str
    smallest_worthwhile_change: float | None = Field(description="null of fewer than three days.")
    days: list[DayInfo]


class ContrastInfo(BaseModel):
    """One metric of a session against that of another."""

    metric: str
    value: float
    value_interval: Interval
    reference: float
    reference_interval: Interval
    difference: float
    difference_interval: Interval
    relative_percent: float | None
    relative_percent_interval: Interval | None
    is_real: bool = Field(description="Whether the difference is beyond its own 95 % interval.")


class TeamBody(BaseModel):
    """Facts of a team."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "U18"}]})

    name: Name


class TeamInfo(TeamBody):
    """A team."""

    model_config = ConfigDict(extra="ignore")

    team_id: str
    created_at: datetime

    @classmethod
    def of(cls, team: Team) -> "TeamInfo":
        """Return the team as clients see it."""
        return cls(team_id=team.id, name=team.name, created_at=team.created_at)


class TeamPage(BaseModel):
    """Some teams, the newest first."""

    items: list[TeamInfo]
    next_cursor: str | None


class SessionBody(BaseModel):
    """Facts of a session."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"title": "Test day", "held_on": "2026-11-20"}]}
    )

    title: Name
    held_on: date
    team_id: str | None = Field(None, max_length=64)
    notes: Notes = ""

    def details(self) -> SessionDetails:
        """Return it as the domain takes it."""
        return SessionDetails(**self.model_dump())


class SessionInfo(SessionBody):
    """A training session or a test day."""

    model_config = ConfigDict(extra="ignore")

    session_id: str
    created_at: datetime

    @classmethod
    def of(cls, session: Session) -> "SessionInfo":
        """Return the session as clients see it."""
        return cls(
            session_id=session.id,
            title=session.title,
            held_on=session.held_on,
            team_id=session.team_id,
            notes=session.notes,
            created_at=session.created_at,
        )


class SessionPage(BaseModel):
    """Some sessions, the newest first."""

    items: list[SessionInfo]
    next_cursor: str | None


class DayEntryInfo(BaseModel):
    """One athlete in one movement on a testing day."""

    athlete_id: str
    name: str
    sport_type: str | None = Field(description="null of an athlete of the team who has no result yet.")
    results: int
    best: AnalysisInfo | None = Field(description="The result with the highest main metric.")


class DayTableInfo(BaseModel):
    """The table of a testing day: its athletes in the order of their names."""

    session: SessionInfo
    entries: list[DayEntryInfo]

    @classmethod
    def of(cls, day: DayTable) -> "DayTableInfo":
        """Return the table as clients see it."""
        entries = [
            DayEntryInfo(
                athlete_id=entry.athlete.id,
                name=entry.athlete.name,
                sport_type=entry.sport,
                results=entry.results,
                best=entry.best and describe(entry.best),
            )
            for entry in day.entries
        ]
        return cls(session=SessionInfo.of(day.session), entries=entries)


def describe_trends(trends: Sequence[Trend]) -> list[TrendInfo]:
    """Return the trends as clients see them."""
    return [
        TrendInfo(
            sport_type=trend.sport,
            metric=trend.metric,
            smallest_worthwhile_change=trend.smallest_worthwhile_change,
            days=[
                DayInfo(
                    date=day.date,
                    results=day.results,
                    verdict=day.verdict,
                    **_write("value", day.value),
                    **_write("change", day.change),
                )
                for day in trend.days
            ],
        )
        for trend in trends
    ]


def describe_contrasts(contrasts: Sequence[Contrast]) -> list[ContrastInfo]:
    """Return the contrasts as clients see them."""
    return [
        ContrastInfo(
            metric=contrast.metric,
            is_real=contrast.is_real,
            **_write("value", contrast.value),
            **_write("reference", contrast.reference),
            **_write("difference", contrast.difference),
            **_write("relative_percent", contrast.relative_percent),
        )
        for contrast in contrasts
    ]


def _write(name: str, estimate: Estimate | None) -> dict[str, Any]:
    if estimate is None:
        return {name: None, f"{name}_interval": None}
    return {name: estimate.value, f"{name}_interval": estimate.interval}
