// Characters that act on what shows a text instead of being shown.

// Control, format and private characters, lone surrogates, separators of lines and paragraphs; not
// the two joiners, which are part of emoji such as a family, and of Persian and Indic words.
const HIDDEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;
const NAMED = { "\t": "\\t", "\n": "\\n", "\r": "\\r" };

/** Escapes hidden characters: `\n`, `\x1b`, `\u202e`, `\U000e0041` instead of the characters. */
export function escapeHidden(text) {
  return text.replace(HIDDEN, (each) => NAMED[each] ?? escapePoint(each.codePointAt(0)));
}

function escapePoint(point) {
  const [letter, digits] = point < 0x100 ? ["x", 2] : point < 0x10000 ? ["u", 4] : ["U", 8];
  return `\\${letter}${point.toString(16).padStart(digits, "0")}`;
}

/** Escapes hidden characters in an encoded JSON text, as JSON allows. */
export function escapeHiddenInJson(text) {
  const escapeUnit = (_, index, whole) =>
    `\\u${whole.charCodeAt(index).toString(16).padStart(4, "0")}`;
  return text.replace(HIDDEN, (each) => each.replace(/[^]/g, escapeUnit));
}
