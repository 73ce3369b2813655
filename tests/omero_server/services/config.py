"""IConfig: read only."""

from __future__ import annotations

import re
from typing import Any

import omero
import omero.api
from omero.rtypes import rtime

from ..dispatch import Call, Service, serves
from ..store import FIRST_IMPORT

VERSION = "5.6.14"
_CLIENT_DEFAULTS = {"omero.client.viewer.roi_limit": "2000", "omero.client.viewer.interpolate_pixels": "true"}
_DEFAULTS = {
    **_CLIENT_DEFAULTS,
    "omero.pixeldata.max_plane_width": "3192",
    "omero.pixeldata.max_plane_height": "3192",
    "omero.cluster.read_only.runtime.db": "true",
    "omero.cluster.read_only.runtime.repo": "true",
}


@serves(omero.api.IConfig)
class Config(Service):
    def getVersion(self, call: Call) -> str:
        return VERSION

    def getConfigValue(self, call: Call, key: str) -> str:
        return _values(self).get(key, "")

    def getConfigValues(self, call: Call, pattern: str) -> dict[str, str]:
        return {key: value for key, value in _values(self).items() if re.search(pattern, key)}

    def getConfigDefaults(self, call: Call) -> dict[str, str]:
        return dict(_DEFAULTS)

    def getClientConfigValues(self, call: Call) -> dict[str, str]:
        return {key: value for key, value in _values(self).items() if key.startswith("omero.client.")}

    def getClientConfigDefaults(self, call: Call) -> dict[str, str]:
        return dict(_CLIENT_DEFAULTS)

    def getDatabaseUuid(self, call: Call) -> str:
        return f"00000000-0000-0000-0000-{call.lab.seed:012d}"

    def getServerTime(self, call: Call) -> Any:
        return rtime(FIRST_IMPORT)

    def getDatabaseTime(self, call: Call) -> Any:
        return rtime(FIRST_IMPORT)


def _values(service: Service) -> dict[str, str]:
    router = f"OMERO.Glacier2/router:tcp -p {service.server.plain_port} -h @omero.host@"
    return {**_DEFAULTS, "omero.router.insecure": router, **service.server.lab.config}
