"""Files that people bring, made small."""

import io
import zipfile
from datetime import date

from server.porting.plan import Ground, Plan, Project
from server.porting.reading import Choices, Counts, read

TODAY = date(2026, 11, 27)
TALLIES = "id,uuid,project_id,project_title,date,measure,count,note,tag_ids,tag_names,created_at,updated_at"


def csv(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def tally(uuid: str, day: str, measure: str, count: int | str, title: str = "Novel", note: str = "") -> str:
    return f'1,{uuid},7,{title},{day},{measure},{count},"{note}",1;2,draft;edit,{day}T20:00:00Z,{day}T20:00:00Z'


def zipped(*lines: str, name: str = "tallies/all-tallies.csv", compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        archive.writestr("trackbear-progress-data.json", "{}")
        archive.writestr(name, "\n".join((TALLIES, *lines)))
    return file.getvalue()


def plan(
    data: bytes,
    choices: Choices | None = None,
    known: frozenset[str] = frozenset(),
    projects: tuple[Project, ...] = (),
) -> Plan:
    """On the ground of a writer in London."""
    ground = Ground("Europe/London", lambda _: 180, known, frozenset(), projects)
    return Plan(read(data, choices or Choices(), TODAY), ground)


def words(data: bytes, counts: Counts | None = None) -> list[tuple[str, int]]:
    return [(each.day.isoformat(), each.words) for each in read(data, Choices(counts=counts), TODAY).entries]


def odd(made: Plan) -> dict[str, list[int]]:
    """Rows by what is odd about them."""
    return {each.kind: each.rows for each in made.odd}
