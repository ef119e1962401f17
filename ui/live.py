"""Scripts that run in the browser, from the modules in `static/live`."""


def serve_module(name: str) -> str:
    """Return the script of a component that hands over to a module that the app serves.

    The module exports `show(root, data)`, called whenever the data changes, and `remove(root)`.
    """
    return f"""
const module = import(new URL("./app/static/live/{name}", document.baseURI));
export default ({{ data, parentElement }}) => {{
  let mounted = true;
  module.then((live) => mounted && live.show(parentElement, data));
  return () => {{
    mounted = false;
    module.then((live) => live.remove(parentElement));
  }};
}};
"""
