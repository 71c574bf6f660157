"""Bodies that are right, of each call that takes one."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from msgspec import Struct

from protocol import account, history, http, openid, projects, streak, tokens
from server.core.instants import instant
from tests.web.house import House


def example(request: type[Struct], house: House) -> dict[str, Any]:
    """A body that is right."""
    now = house.clock.now()
    bodies: dict[type[Struct], dict[str, Any]] = {
        http.NewSession: {"name": "Ann", "zone": "UTC"},
        http.SignIn: {"code": "the code of a link to Ann"},
        http.ChangeMe: {"day_words": 100},
        http.DeleteMe: {"confirm": "Ann"},
        http.NewRoom: {"title": "Dawn"},
        http.JoinRoom: {"invite": ""},
        http.NewSprint: {"minutes": 20},
        http.NewCount: {"seq": now, "words": 10},
        streak.NewRest: {"id": str(uuid4()), "first": day(now, 3), "last": day(now, 9)},
        projects.NewProject: {"id": str(uuid4()), "title": "Novel", "first_day": "2026-11-01"},
        projects.Say: {"intention": "Finish the scene"},
        projects.SetGoal: {"target": 1_667},
        projects.ChangeProject: {"title": "Novel", "first_day": "2026-11-01"},
        history.ManualSession: {"id": str(uuid4()), "started_at": "2026-01-01T10:00:00Z", "minutes": 25, "words": 300},
        history.ChangeSession: {"words": 250},
        account.RenamePasskey: {"name": "Blue key"},
        openid.LeaveForOpenId: {"to": "/settings/account"},
        tokens.NewToken: {"id": str(uuid4()), "name": "word counter", "scopes": ["history:read"]},
    }
    return bodies[request]


def day(now: int, ahead: int) -> str:
    return (instant(now).date() + timedelta(days=ahead)).isoformat()
