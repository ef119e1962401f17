// Lets a double click on a button count as one click.

const controllers = new WeakMap();

export function show(root, { keys }) {
  remove(root);
  const buttons = keys.map((key) => `[class*="st-key-${key}"] button`).join(", ");
  const abortController = new AbortController();
  const filter = (event) => {
    // The browser counts clicks that follow each other quickly in one place; the keyboard gives 0.
    if (event.detail > 1 && event.target.closest(buttons)) event.stopPropagation();
  };
  addEventListener("click", filter, { capture: true, signal: abortController.signal });
  controllers.set(root, abortController);
}

export function remove(root) {
  controllers.get(root)?.abort();
  controllers.delete(root);
}
