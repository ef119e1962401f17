// Sends an image that is pasted anywhere on the page to the server as a data URL, or the size of one
// that is too large: the server would close the connection.

const pages = new WeakMap();

export function show(root, { maxBytes }, send) {
  remove(root);
  const abortController = new AbortController();
  const pasted = (event) => {
    const file = [...event.clipboardData.files].find(({ type }) => type.startsWith("image/"));
    if (!file) return;
    event.preventDefault();
    if (file.size > maxBytes) return send("refused", file.size);
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
