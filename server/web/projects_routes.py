"""The calls about projects; a part of the table in routes.py."""

from protocol import projects as shapes
from protocol.codes import ErrorCode as E
from server.web import projects
from server.web.route import Repeat, Route

PROJECTS: tuple[Route, ...] = (
    Route("GET", "/api/me/projects", "Your projects, each with its plan", projects.listing, shapes.Projects),
    Route(
        "POST",
        "/api/me/projects",
        "Begin a project",
        projects.add,
        shapes.Project,
        shapes.NewProject,
        status=201,
        also=(200,),
        errors=(E.CONFLICT,),
        repeat=Repeat.NATURAL,
    ),
    Route(
        "GET",
        "/api/me/projects/{project}",
        "A project with its days and the line of its plan",
        projects.read,
        shapes.ProjectInFull,
        errors=(E.NOT_FOUND,),
    ),
    Route(
        "PATCH",
        "/api/me/projects/{project}",
        "Change a project, choose it for new words, archive it or bring it back",
        projects.change,
        shapes.Project,
        shapes.ChangeProject,
        errors=(E.NOT_FOUND, E.CONFLICT),
        repeat=Repeat.NATURAL,
    ),
)
