"""Who asks: the owner of an API key where keys are asked for, else the address."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.security import APIKeyHeader, HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials

from inkdigits.serving.service import Service

_bearer = HTTPBearer(auto_error=False, description="An API key, where the service asks for one.")
_header = APIKeyHeader(name="X-API-Key", auto_error=False, description="The same, for clients without bearer tokens.")


async def service_of(request: Request) -> Service:
    """What the requests share."""
    service: Service = request.app.state.service
    return service


async def client_of(
    request: Request,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    header: Annotated[str | None, Depends(_header)],
) -> str:
    """A name for the client; raises 401 for one without a key where keys are asked for."""
    keys = (await service_of(request)).keys
    if keys is None:
        return request.client.host if request.client else "unknown"
    key = bearer.credentials if bearer else header
    owner = keys.owner(key) if key else None
    if owner is None:
        wrong = "this API key is not known" if key else "an API key is needed: Authorization: Bearer KEY"
        raise HTTPException(401, wrong, {"WWW-Authenticate": "Bearer"})
    request.state.log_fields = {"client": owner}
    return f"key {owner}"


Client = Annotated[str, Depends(client_of)]
Shared = Annotated[Service, Depends(service_of)]
