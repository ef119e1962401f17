// Sends an image that is pasted anywhere on the page to the server as a data URL.

const pages = new WeakMap();

export function show(root, _data, send) {
  remove(root);
  const abortController = new AbortController();
  const pasted = (event) => {
    const file = [...event.clipboardData.files].find(({ type }) => type.startsWith("image/"));
    if (!file) return;
    event.preventDefault();
    const reader = new FileReader();
    reader.onload = () => send("picture", reader.result);
    reader.readAsDataURL(file);
  };
  addEventListener("paste", pasted, { signal: abortController.signal });
  pages.set(root, abortController);
}

export function remove(root) {
  pages.get(root)?.abort();
  pages.delete(root);
}
