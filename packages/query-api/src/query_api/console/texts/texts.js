// The texts of the page: one file for each language, with the same keys.

import en from "./en.js";
import zhTW from "./zh-TW.js";

export const LANGUAGES = { en, "zh-TW": zhTW };

export const LANGUAGE_NAMES = { en: "English", "zh-TW": "繁體中文" };

/**
 * Creates the function that returns a text by its key: `t("list.count", {count: 3})`.
 *
 * A text is a string with `{name}`s, or an object with one for each plural form of the language,
 * chosen by `count`. `number` formats numbers.
 */
export function createTexts(language, number = String) {
  const plural = new Intl.PluralRules(language);
  return (key, values = {}) => {
    const found = LANGUAGES[language][key];
    if (found === undefined) {
      throw new Error(`no text ${key}`);
    }
    const text = typeof found === "string" ? found : found[plural.select(values.count)] ?? found.other;
    return text.replace(/\{(\w+)\}/g, (_, name) =>
      typeof values[name] === "number" ? number(values[name]) : values[name],
    );
  };
}

/** Returns the locale of numbers and dates: the browser's own, if it has the page's language. */
export function chooseLocale(language, preferred) {
  const [name] = language.split("-");
  return preferred.find((each) => each.split("-")[0] === name) ?? language;
}
