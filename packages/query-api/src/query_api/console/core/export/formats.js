// Notifications as text of a file, as the command `notifications` writes them too.

import { formatWall } from "../zones.js";
import { BYTE_ORDER_MARK, encodeCsv } from "./csv.js";
import { escapeHiddenInJson } from "./hidden.js";

const FIELDS = [
  "user_id",
  "transaction_id",
  "created_at",
  "marketing_id",
  "notification_title",
  "status",
  "platform",
  "error_msg",
  "ap_id",
  "retry_cnt",
  "sns_id",
  "send_ts",
  "delivered_ts",
  "failed_ts",
];
const TIMES = new Set(["created_at", "send_ts", "delivered_ts", "failed_ts"]);

/**
 * Formats by the end of a file's name. Each has the `type` of a file and makes text of its head and
 * of rows; times of CSV are as clocks in the zone show them.
 */
export const FORMATS = {
  csv: {
    type: "text/csv",
    encodeHead: (zone) => {
      const names = FIELDS.map((name) => (TIMES.has(name) ? `${name} (${zone})` : name));
      // Whole seconds are what spreadsheets know; the last column has the exact time.
      return BYTE_ORDER_MARK + encodeCsv([[...names, "created_at"]]);
    },
    encodeRows: (rows, zone) =>
      encodeCsv(
        rows.map((row) => [
          ...FIELDS.map((name) =>
            TIMES.has(name) && row[name] !== null ? formatWall(row[name], zone) : row[name],
          ),
          row.created_at,
        ]),
      ),
  },
  ndjson: {
    type: "application/x-ndjson",
    encodeHead: () => "",
    encodeRows: (rows) =>
      rows.map((row) => `${escapeHiddenInJson(JSON.stringify(row))}\n`).join(""),
  },
};
