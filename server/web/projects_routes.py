"""The calls about projects and goals, and about what a writer says of a sprint; a part of the table in routes.py."""

from protocol import projects as shapes
from protocol.codes import ErrorCode as E
from server.web import goals, mine, projects
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
    Route("GET", "/api/me/goals", "Your goals, with what is done of each", goals.read, shapes.Goals),
    Route(
        "PUT",
        "/api/me/goals/{period}",
        "Set the goal of each day, week, month or year; answers all that stand",
        goals.put,
        shapes.Goals,
        shapes.SetGoal,
        errors=(E.NOT_FOUND,),
        repeat=Repeat.NATURAL,
    ),
    Route(
        "DELETE",
        "/api/me/goals/{period}",
        "Have no such goal from now on; answers those that stand",
        goals.delete,
        shapes.Goals,
        errors=(E.NOT_FOUND,),
        repeat=Repeat.NATURAL,
    ),
    Route(
        "PUT",
        "/api/sprints/{id}/mine",
        "Say for yourself what you mean to do in a sprint, where its words go, what came of it",
        mine.say,
        shapes.Said,
        shapes.Say,
        errors=(E.NO_SUCH_SPRINT, E.NOT_ALLOWED),
        repeat=Repeat.NATURAL,
    ),
)
