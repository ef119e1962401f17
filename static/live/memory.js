// What a person has made, kept in the browser for the next time that the page is loaded.
//
// The session storage belongs to one tab, so that two tabs do not overwrite each other; a new tab
// begins with what was stored last in any tab.

const PREFIX = "draw-a-digit:";
const PATIENCE = 1000; // milliseconds after which values that did not arrive are sent again
const timers = new WeakMap(); // which send them again where nothing else happens
let asked = null; // the session of the server that was given the stored values
let askedAt = 0;
let empty = null; // a session that began with nothing stored

export function show(root, data, send) {
  if (data.name === undefined) recall(root, data, send);
  // A session that has not received the stored values yet must not overwrite them.
  else if (data.restored || empty === data.session) store(data.name, data.value);
}

export function remove(root) {
  clearTimeout(timers.get(root));
}

function recall(root, data, send) {
  const { session, restored } = data;
  remove(root);
  if (restored) return;
  const values = findStorages().map(readAll).find((each) => each);
  if (!values) {
    empty = session;
    return;
  }
  if (asked !== session || Date.now() - askedAt >= PATIENCE) {
    asked = session;
    askedAt = Date.now();
    send("values", JSON.stringify(values));
  }
  timers.set(root, setTimeout(() => recall(root, data, send), 5 * PATIENCE));
}

/** Returns both storages, or none where they are switched off. */
function findStorages() {
  try {
    return [sessionStorage, localStorage];
  } catch {
    return [];
  }
}

function readAll(storage) {
  const values = {};
  for (const key of Object.keys(storage).filter((each) => each.startsWith(PREFIX))) {
    try {
      values[key.slice(PREFIX.length)] = JSON.parse(storage.getItem(key));
    } catch {
      storage.removeItem(key);
    }
  }
  return Object.keys(values).length ? values : null;
}

function store(name, value) {
  const text = JSON.stringify(value);
  for (const storage of findStorages()) {
    try {
      storage.setItem(PREFIX + name, text);
    } catch {
      // It is full; then a reload loses this value.
    }
  }
}
