// Language, time zone and theme: all that is kept in the browser.

import { isZone } from "../../core/zones.js";
import { LANGUAGES } from "../../texts/texts.js";
import { useEffect, useState } from "../html.js";

export const THEMES = ["auto", "light", "dark"];

const KEY = "notifications.";

function read(name, isValid, otherwise) {
  try {
    const kept = localStorage.getItem(KEY + name);
    return kept !== null && isValid(kept) ? kept : otherwise;
  } catch (error) {
    if (error instanceof DOMException) {
      return otherwise; // storage is blocked
    }
    throw error;
  }
}

function write(name, value) {
  try {
    localStorage.setItem(KEY + name, value);
  } catch (error) {
    if (!(error instanceof DOMException)) {
      throw error;
    }
  }
}

function readSettings() {
  const isChinese = navigator.language.toLowerCase().startsWith("zh");
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return {
    language: read("language", (each) => each in LANGUAGES, isChinese ? "zh-TW" : "en"),
    zone: read("zone", isZone, isZone(timeZone) ? timeZone : "UTC"),
    theme: read("theme", (each) => THEMES.includes(each), "auto"),
  };
}

/** Returns the settings and a function that changes some of them. */
export function useSettings() {
  const [settings, setSettings] = useState(readSettings);
  useEffect(() => {
    document.documentElement.lang = settings.language;
    document.documentElement.dataset.theme = settings.theme;
  }, [settings]);
  return [
    settings,
    (changes) => {
      Object.entries(changes).forEach(([name, value]) => write(name, value));
      setSettings({ ...settings, ...changes });
    },
  ];
}
