"""The browser's side of components: JavaScript modules from `static/live`.

Browsers keep the modules and import them for days without asking whether they have changed. So the
first component that a browser loads after a change fetches all of them again. The browser's local
storage records which version it has.
"""

import json
from hashlib import sha256
from pathlib import Path

_FOLDER = Path(__file__).parents[2] / "static" / "live"
_FILES = sorted(_FOLDER.glob("*.js"))
_VERSION = sha256(b"".join(file.read_bytes() for file in _FILES)).hexdigest()[:16]
VERSION_KEY = "draw-a-digit-modules"
"""The name under which the browser stores the version of the modules it has."""

_LOAD = f"""
const folder = new URL("./app/static/live/", document.baseURI);
const update = async () => {{
  const [name, version] = ["{VERSION_KEY}", "{_VERSION}"];
  if (localStorage.getItem(name) === version) return;
  const files = {json.dumps([file.name for file in _FILES])};
  await Promise.all(files.map((file) => fetch(new URL(file, folder), {{ cache: "no-cache" }})));
  localStorage.setItem(name, version);
}};
// Without storage or connection, the browser decides which modules are new enough.
window.updatedModules ??= update().catch(() => {{}});
"""


def serve_module(name: str) -> str:
    """Return the script of a component that loads a module from `static/live` and calls it.

    The module exports `show(root, data, send)`, which is called whenever the data changes, and
    `remove(root)`. `send(name, value)` sets a trigger value of the component.

    Args:
        name: The file name of the module.
    """
    return f"""{_LOAD}
const module = window.updatedModules.then(() => import(new URL("{name}", folder)));
export default ({{ data, parentElement, setTriggerValue }}) => {{
  let mounted = true;
  module.then((live) => mounted && live.show(parentElement, data, setTriggerValue));
  return () => {{
    mounted = false;
    module.then((live) => live.remove(parentElement));
  }};
}};
"""
