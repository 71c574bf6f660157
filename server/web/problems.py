"""Every failure as an application/problem+json (RFC 9457) that names the field and the rule to mend."""

import re

import msgspec
from msgspec import Struct
from starlette.responses import Response

from protocol.codes import ERROR_TEXT, HTTP_STATUS, ErrorCode
from protocol.http import Problem
from server.core.records import Outcome
from server.core.sprint import RuleError
from server.web.rules import fields_of, rule_of

MEDIA_TYPE = "application/problem+json"
_TITLES = {
    400: "This is not a request that can be read",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "This address does not do that",
    408: "The request took too long to arrive",
    409: "That does not fit what stands now",
    413: "The request is too large",
    415: "The content is of another type",
    422: "A field is wrong",
    429: "Too many at once",
    500: "Something went wrong here",
    503: "Not ready",
}
_PATH = re.compile(r" - at `\$\.([A-Za-z0-9_]+)")
_MISSING = re.compile(r"missing required field `([A-Za-z0-9_]+)`")


class ProblemError(Exception):
    """A request that is refused. `status` only where it is not the one that the code stands for; `retry_s`: after so
    many seconds the same one may do well."""

    def __init__(
        self,
        code: ErrorCode,
        field: str = "",
        rule: str = "",
        *,
        status: int | None = None,
        detail: str = "",
        retry_s: int | None = None,
    ) -> None:
        super().__init__(rule or ERROR_TEXT[code])
        self.code, self.field, self.rule, self.detail, self.retry_s = code, field, rule, detail, retry_s
        self.status = HTTP_STATUS[code] if status is None else status


def not_found(field: str, rule: str) -> ProblemError:
    return ProblemError(ErrorCode.NOT_FOUND, field, rule)


def of_rule(error: RuleError) -> ProblemError:
    return ProblemError(error.code, error.field, error.rule)


def of_outcome(outcome: Outcome) -> ProblemError:
    """A command that was refused."""
    return ProblemError(ErrorCode(outcome.code), outcome.field, outcome.rule)


def of_wrong_value(error: msgspec.ValidationError, request: type[Struct]) -> ProblemError:
    """A request that is JSON but does not fit its Struct."""
    text = str(error)
    missing = _MISSING.search(text)
    if missing:
        return ProblemError(ErrorCode.BAD_REQUEST, missing.group(1), "is missing")
    at = _PATH.search(text)
    field = at.group(1) if at else ""
    if field not in fields_of(request):
        return ProblemError(ErrorCode.BAD_REQUEST, "", "is a JSON object")
    return ProblemError(ErrorCode.BAD_REQUEST, field, rule_of(request, field))


def problem(error: ProblemError) -> Problem:
    """The shape that is sent. `detail` is a sentence for a person."""
    detail = error.detail or (f"{error.field} {error.rule}".strip() if error.rule else ERROR_TEXT[error.code])
    return Problem(
        title=_TITLES.get(error.status, _TITLES[500]),
        status=error.status,
        code=int(error.code),
        detail=detail,
        field=error.field,
        rule=error.rule,
    )


def response(error: ProblemError, headers: dict[str, str] | None = None) -> Response:
    said = {"Cache-Control": "no-store", **(headers or {})}
    if error.retry_s is not None:
        said["Retry-After"] = str(error.retry_s)
    if error.status == 401:
        said["WWW-Authenticate"] = 'Bearer realm="wordtide"'
    body = msgspec.json.encode(problem(error))
    return Response(body, status_code=error.status, headers=said, media_type=MEDIA_TYPE)
