"""The client's pages and files. One page serves every address of the client, which finds its way by itself."""

import html
import logging
from collections.abc import Awaitable, Callable

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from server.core.tokens import WrongTooOftenError
from server.people.sessions import presented
from server.web import cards, origin
from server.web.cards import Card, Cards
from server.web.ports import Services
from server.web.problems import ProblemError
from server.web.recognition import recognised
from server.web.rooms import visible
from server.web.site import HASHED, Site

log = logging.getLogger("wordtide.web")


class _Year(Convertor[str]):
    """The four digits that the client has a page for. Starlette's own `int` fails at more of them than Python reads."""

    regex = "[0-9]{4}"

    def convert(self, value: str) -> str:
        return value


register_url_convertor("year", _Year())
PAGES = {"/": cards.FRONT_PAGE, "/rooms": cards.DIRECTORY} | dict.fromkeys(
    (
        *("/history", "/history/{year:year}", "/history/data"),
        *("/projects", "/projects/{project}", "/settings", "/settings/account", "/in", "/in/openid"),
    ),
    cards.PERSONAL,
)
"""What each shows of itself."""
_NOT_BUILT = (
    "The pages are not built yet",
    "The server runs, but client/dist is missing. Start with ./dev run, or run npm ci and npm run build in client/.",
)
_NOTHING_HERE = ("There is nothing at this address", "Check the link, or begin at the front page.")


def routes(services: Services, site: Site) -> list[Route]:
    of_rooms = Cards(services)
    public_url = services.settings.public_url

    def page(card: Card) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            return _index(request, site, card, public_url)

        return answer

    async def room(request: Request) -> Response:
        card = await _of_room(services, of_rooms, request)
        return _index(request, site, card or cards.SPRINT, public_url, 404 if card is None else 200)

    async def asset(request: Request) -> Response:
        found = site.file(HASHED + request.path_params["path"])
        return nothing_here() if found is None else found.response(request)

    async def other(request: Request) -> Response:
        """What lies beside the page: the icon, the manifest."""
        found = site.file("{name}.{suffix}".format(**request.path_params))
        return nothing_here() if found is None else found.response(request)

    return [
        *(Route(path, page(card)) for path, card in PAGES.items()),
        Route("/r/{slug}", room),
        Route(f"/{HASHED}{{path:path}}", asset),
        Route("/{name}.{suffix}", other),
    ]


def nothing_here() -> Response:
    return _message(404, *_NOTHING_HERE)


def nowhere(request: Request, site: Site) -> Response:
    """An address that the client has no page for either: it says so itself, in its own look."""
    index = site.file("index.html")
    return nothing_here() if index is None else index.response(request, 404)


def _index(request: Request, site: Site, card: Card, public_url: str | None, status: int = 200) -> Response:
    index = site.page(cards.tags(card, origin.address(request, public_url)))
    if index is None:
        return _message(503, *_NOT_BUILT)
    response = index.response(request, status)
    if card.path is None:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


async def _of_room(services: Services, of_rooms: Cards, request: Request) -> Card | None:
    """What this room shows of itself; None: it is not there for the asker.

    While that cannot be known, the page is served as a sprint's: it asks again itself.
    """
    try:
        shown = presented(request.headers, services.settings.public_url)
        address = "" if request.client is None else request.client.host
        signed = await recognised(services, shown, address)
        person = signed.person if signed is not None and signed.may("rooms:read") else None
        invite = request.query_params.get("invite", "")
        found, _ = await visible(services, person, request.path_params["slug"], invite)
        return await of_rooms.of(found)
    except ProblemError:
        return None
    except WrongTooOftenError:
        pass
    except Exception as error:
        if services.passes(error):
            log.warning("a room is not looked up for its page: %s", error)
        else:
            log.exception("could not look up a room for its page")
    return cards.SPRINT


def _message(status: int, title: str, text: str) -> Response:
    title, text = html.escape(title), html.escape(text)
    body = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title} · Wordtide</title>
<h1>{title}</h1>
<p>{text}</p>
<p><a href="/">Wordtide</a></p>
</html>
"""
    return HTMLResponse(body, status, {"Cache-Control": "no-store"})
