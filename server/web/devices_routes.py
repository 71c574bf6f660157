"""The calls about where somebody is signed in; a part of the table in routes.py."""

from protocol import devices as shapes
from protocol import http
from protocol.codes import ErrorCode as E
from server.web import devices, links, session
from server.web.route import Auth, Repeat, Route

DEVICES: tuple[Route, ...] = (
    Route(
        "POST",
        "/api/session/end",
        "Sign out here",
        session.end,
        http.Session,
        auth=Auth.OPTIONAL,
        repeat=Repeat.NATURAL,
    ),
    Route("GET", "/api/me/devices", "Where the writer is signed in", devices.read, shapes.Devices),
    Route(
        "POST",
        "/api/me/devices/sign-out-others",
        "Sign out everywhere but here, with the code to sign in, too; answers what is left",
        devices.end_others,
        shapes.Devices,
        repeat=Repeat.NATURAL,
    ),
    Route(
        "DELETE",
        "/api/me/devices/{device}",
        "Sign out on one device, on another with the code to sign in, too; answers those that are left",
        devices.end,
        shapes.Devices,
        errors=(E.NOT_FOUND,),
        repeat=Repeat.NATURAL,
    ),
    Route(
        "POST",
        "/api/me/links",
        "Make a code that signs in on another device, once, within five minutes; one of before serves nobody any more",
        links.make,
        shapes.DeviceLink,
        fresh=True,  # else whoever found a browser open would make a fresh sign-in of a stale one
        status=201,
        repeat=Repeat.NATURAL,
    ),
)
