"""The browser's side of components: JavaScript modules from `static/live`."""


def serve_module(name: str) -> str:
    """Return the script of a component that loads a module from `static/live` and calls it.

    The module exports `show(root, data, send)`, which is called whenever the data changes, and
    `remove(root)`. `send(name, value)` sets a trigger value of the component.

    Args:
        name: The file name of the module.
    """
    return f"""
const module = import(new URL("./app/static/live/{name}", document.baseURI));
export default ({{ data, parentElement, setTriggerValue }}) => {{
  let mounted = true;
  module.then((live) => mounted && live.show(parentElement, data, setTriggerValue));
  return () => {{
    mounted = false;
    module.then((live) => live.remove(parentElement));
  }};
}};
"""
