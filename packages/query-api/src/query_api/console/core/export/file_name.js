// Names of files: what is in them, and when they were made.

import { formatIso } from "../zones.js";

const MAX_LENGTH = 80;
// A name may have no separator of folders, no hidden character, and nothing that a system reserves.
const UNSAFE = /[^\p{L}\p{M}\p{N}._-]+/gu;

/** Returns a name such as `campaign_2024_new_year-2026-11-24T1800+0800.csv`. */
export function createFileName(parts, timeMs, zone, extension) {
  const name = parts
    .map((part) => [...part.replace(UNSAFE, "_").replace(/^\.+/, "_")].slice(0, MAX_LENGTH).join(""))
    .join("-");
  const iso = formatIso(timeMs, zone);
  return `${name}-${`${iso.slice(0, 16)}${iso.slice(23)}`.replaceAll(/(?<=T.*):/g, "")}.${extension}`;
}
