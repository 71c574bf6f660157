"""The calls about what comes into a history from elsewhere and goes out of it; a part of the table in routes.py."""

from protocol import data as shapes
from protocol.codes import ErrorCode as E
from server.web import calendar, export, imports
from server.web.queries import Importing, ReadingOf
from server.web.route import JSON_LINES, Auth, Repeat, Route

DATA: tuple[Route, ...] = (
    Route(
        "GET",
        "/api/me/export.csv",
        "All sessions as CSV, newest first; the columns are the fields of ExportSession",
        export.as_csv,
        None,
        media="text/csv",
    ),
    Route("GET", "/api/me/export.json", "Everything that is kept of the writer", export.as_json, shapes.Export),
    Route(
        "GET",
        "/api/me/calendar",
        "Since when there is a calendar's address",
        calendar.read,
        shapes.Calendar,
    ),
    Route(
        "POST",
        "/api/me/calendar",
        "Make a secret address of a calendar of the days written; one of before leads nowhere then",
        calendar.make,
        shapes.NewCalendar,
        status=201,
        repeat=Repeat.NATURAL,
    ),
    Route(
        "DELETE",
        "/api/me/calendar",
        "Take the calendar's address back",
        calendar.revoke,
        shapes.Calendar,
        repeat=Repeat.NATURAL,
    ),
    Route(
        "GET",
        "/calendar/{secret}.ics",
        "The days written, as iCalendar",
        calendar.days,
        None,
        auth=Auth.NONE,
        errors=(E.NOT_FOUND,),
        cached=True,
        media="text/calendar",
    ),
    Route("GET", "/api/me/imports", "What was imported, newest first", imports.listing, shapes.Imports),
    Route(
        "POST",
        "/api/me/imports",
        "Import a file of days: answers lines of JSON as it goes",
        imports.run,
        shapes.ImportProgress,
        Importing,
        status=201,
        also=(200,),
        errors=(E.CONFLICT,),
        repeat=Repeat.NATURAL,
        file=True,
        media=JSON_LINES,
    ),
    Route(
        "POST",
        "/api/me/imports/preview",
        "What an import of this file would do, and what is odd in it",
        imports.preview,
        shapes.ImportPreview,
        ReadingOf,
        errors=(E.CONFLICT,),
        repeat=Repeat.NATURAL,
        file=True,
    ),
    Route(
        "DELETE",
        "/api/me/imports/{import_id}",
        "Undo an import as a whole; answers those that are left",
        imports.undo,
        shapes.Imports,
        errors=(E.NOT_FOUND,),
        repeat=Repeat.NATURAL,
    ),
)
