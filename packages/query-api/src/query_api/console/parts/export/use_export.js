// The export of the page: one at a time, which goes on while other views are looked at.

import { createExport, createFile, NO_EXPORT } from "../../core/export/export.js";
import { createFileName } from "../../core/export/file_name.js";
import { createQuery } from "../../core/query.js";
import { useRef, useState } from "../html.js";
import { save } from "./save.js";

/**
 * Returns `{current, saveAll, saveShown, again, end}`. `current` is the snapshot of an export with
 * the `name` of its file, null if there is none.
 */
export function useExport({ api, zone, now, shown }) {
  const [current, setCurrent] = useState(null);
  const running = useRef(null);
  const nameFile = (state, format) =>
    createFileName([state.id ?? state.view], Date.now(), zone, format);

  return {
    current,
    /** Reads all rows of a state and saves them. */
    saveAll(state, format) {
      const name = nameFile(state, format);
      const onChange = (snapshot) => {
        setCurrent({ ...snapshot, name });
        if (snapshot.file) {
          save(snapshot.file, name);
        }
      };
      const query = createQuery(state, zone, now);
      running.current?.cancel();
      running.current = createExport({ api, ...query, format, zone, onChange });
      running.current.run();
    },
    /** Saves the rows that a view has read. */
    saveShown(state, format) {
      const rows = shown.current;
      const [name, file] = [nameFile(state, format), createFile(rows, format, zone)];
      save(file, name);
      running.current?.cancel();
      setCurrent({ ...NO_EXPORT, name, file, count: rows.length });
    },
    again: () => running.current.run(),
    end() {
      running.current?.cancel();
      setCurrent(null);
    },
  };
}
