"""Scripts that run in the browser, from the modules in `static/live`."""


def serve_module(name: str) -> str:
    """Return the script of a component that hands over to a module that the app serves.

    The module exports `show(root, data, send)`, called whenever the data changes, and
    `remove(root)`. What it sends, by a name and a value, is a trigger of the component.
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
