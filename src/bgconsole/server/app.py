"""The application: every operation on its path, around one backend."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from typing import Any, Final

import msgspec
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from bgconsole import __version__
from bgconsole.backend.errors import BackendError
from bgconsole.backend.protocol import Backend
from bgconsole.server import (
    audit_routes,
    bodies,
    health_routes,
    member_routes,
    problems,
    provider_routes,
    session_routes,
    sso_routes,
)
from bgconsole.server.call import Call, caller_of, check_admission, check_query, facts_of
from bgconsole.server.document import described, document
from bgconsole.server.edge import Edge, Observer
from bgconsole.server.idp_gauges import IdpGauges, keep_idps
from bgconsole.server.operations import Admission, HttpOperation
from bgconsole.server.problems import RequestError
from bgconsole.server.settings import ServerSettings
from bgconsole.server.streams import Streams

BackendFactory = Callable[[], Backend]

OPERATIONS: Final = (
    *session_routes.routes.operations,
    *sso_routes.routes.operations,
    *provider_routes.routes.operations,
    *member_routes.routes.operations,
    *audit_routes.routes.operations,
    *health_routes.routes.operations,
)

DEFAULT_SETTINGS: Final = ServerSettings()


class _EmailConvertor(StringConvertor):
    """An email in a path: what stands before its one @ may hold a slash."""

    regex = "[^@]*@[^/@]+|[^/]+"


class _OperationRoute(APIRoute):
    """A route whose endpoint takes the request as it is: bodies and answers are msgspec's."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        return self.endpoint


def create_app(
    backend_factory: BackendFactory,
    settings: ServerSettings = DEFAULT_SETTINGS,
    *,
    observers: Sequence[Observer] = (),
    streams: Streams | None = None,
    meters: IdpGauges | None = None,
) -> FastAPI:
    """The application. The backend is made when it starts, and closed when it ends.

    `observers` are told of every request when it has ended. `streams` is given where somebody
    outside counts or ends them. `meters` show the identity providers' states.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        backend = backend_factory()
        app.state.backend = backend
        watching = [asyncio.create_task(backend.watch_idps())]
        if meters is not None:
            watching.append(asyncio.create_task(keep_idps(meters, backend)))
        try:
            yield
        finally:
            app.state.streams.stop()
            for one in watching:
                one.cancel()
                with suppress(asyncio.CancelledError):
                    await one
            await backend.close()

    register_url_convertor("email", _EmailConvertor())
    app = FastAPI(
        title="bgconsole",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.state.streams = streams or Streams(settings.max_streams)
    app.router.route_class = _OperationRoute
    for operation in OPERATIONS:
        app.router.add_api_route(
            operation.path.replace("{email}", "{email:email}"),
            _endpoint(app, operation, settings),
            methods=[operation.method],
            **described(operation),
        )
        if operation.method == "GET":
            app.router.add_api_route(
                operation.path.replace("{email}", "{email:email}"),
                _endpoint(app, operation, settings),
                methods=["HEAD"],
                include_in_schema=False,
            )
    app.router.add_api_route(
        "/openapi.json", _openapi(app), methods=["GET", "HEAD"], include_in_schema=False
    )
    app.add_exception_handler(HTTPException, _unrouted)
    app.add_middleware(Edge, settings=settings, observers=tuple(observers))
    return app


def _endpoint(
    app: FastAPI, operation: HttpOperation, settings: ServerSettings
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        facts = facts_of(request.scope)
        try:
            check_query(request, operation)
            check_admission(request, operation)
            caller = caller_of(request, operation, facts.source)
            call = Call(
                app.state.backend,
                caller,
                facts,
                request,
                app.state.streams,
                settings.heartbeat,
                request.path_params,
            )
            answer = await operation.handler(call, **await _body(call, operation))
            facts.let_in = facts.let_in or operation.admission is Admission.SESSION
            return _reply(operation, answer)
        except BackendError as error:
            _let_go(error)
            await app.state.streams.rest(error.hold)
            return problems.of_backend(error, facts.request_id)
        except RequestError as error:
            return problems.of_request(error, facts.request_id)

    endpoint.__name__ = operation.name
    return endpoint


def _let_go(error: BaseException) -> None:
    """Drop the calls that `error` came through: while its answer waits, what they were given would
    be kept, a password too.
    """
    at: BaseException | None = error
    while at is not None:
        at.__traceback__ = None
        at = at.__cause__ or at.__context__


async def _body(call: Call, operation: HttpOperation) -> dict[str, object]:
    if operation.body is None:
        return {}

    async def admit() -> None:
        await call.backend.me(call.caller)

    body = await bodies.read(call.request, operation.limit, admit)
    if not body and not operation.body_needed:
        return {"body": None}
    return {"body": bodies.decoded(call.request, body, operation.body)}


def _reply(operation: HttpOperation, answer: Any) -> Response:
    if isinstance(answer, Response):
        return answer
    if operation.status == HTTPStatus.NO_CONTENT:
        return Response(status_code=operation.status)
    headers = {"ETag": f'"{answer.version}"'} if operation.versioned else None
    return Response(msgspec.json.encode(answer), operation.status, headers, "application/json")


def _openapi(app: FastAPI) -> Callable[[Request], Awaitable[Response]]:
    async def openapi(request: Request) -> Response:
        return Response(document(app), media_type="application/json")

    return openapi


async def _unrouted(request: Request, error: Exception) -> Response:
    """No such address, or not this method there."""
    request_id = facts_of(request.scope).request_id
    if getattr(error, "status_code", 0) != HTTPStatus.METHOD_NOT_ALLOWED:
        return problems.of_request(RequestError(404, "This address does not exist"), request_id)
    allowed: set[str] = set()
    for route in request.app.routes:
        # Several routes may share a path, each with one method.
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            allowed |= route.methods or set()
    refused = RequestError(405, "This address does not support this method")
    return problems.of_request(refused, request_id, {"Allow": ", ".join(sorted(allowed))})
