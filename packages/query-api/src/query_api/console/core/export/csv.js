// CSV (RFC 4180) in which a row is a line and no cell runs as a formula.

import { escapeHidden } from "./hidden.js";

/** Begins a file, so that Excel knows UTF-8. */
export const BYTE_ORDER_MARK = "\ufeff";

// What may begin a formula, after spaces too. Where the list separator is a semicolon, a
// spreadsheet splits a cell of this file at one, and drops the quotes that follow.
// https://owasp.org/www-community/attacks/CSV_Injection
const FORMULA = /(?:^|(?<=;))(?=[\s"]*[=+\-@＝＋－＠]|[\t\r])/g;

/**
 * Encodes rows of cells: texts, numbers, or null for an empty one.
 *
 * A text that could be a formula gets an apostrophe. Hidden characters are escaped.
 */
export function encodeCsv(rows) {
  return rows.map((row) => `${row.map(encodeCell).join(",")}\r\n`).join("");
}

function encodeCell(cell) {
  if (typeof cell !== "string") {
    return cell === null ? "" : String(cell);
  }
  const text = escapeHidden(cell.replace(FORMULA, "'"));
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
