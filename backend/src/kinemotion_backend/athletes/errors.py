"""What can be wrong with a request about athletes, teams or sessions."""

from kinemotion_backend.errors import ServiceError


class AthleteNotFound(ServiceError):
    """There is no such athlete, or it is another account's."""

    code = "athlete_not_found"
    hint = "GET /api/v1/athletes lists the athletes."


class TeamNotFound(ServiceError):
    """There is no such team, or it is another account's."""

    code = "team_not_found"
    hint = "GET /api/v1/teams lists the teams."


class SessionNotFound(ServiceError):
    """There is no such session, or it is another account's."""

    code = "session_not_found"
    hint = "GET /api/v1/sessions lists the sessions."


class InvalidArchive(ServiceError):
    """The file is not an export of this service."""

    code = "invalid_archive"
    hint = "Send a zip file from GET /api/v1/export, unchanged."
