// The language of the page, which decides on its fonts, line breaks and pronunciation.

export function show(_root, language) {
  document.documentElement.lang = language;
}

export function remove() {}
