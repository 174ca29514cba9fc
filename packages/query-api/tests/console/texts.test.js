import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import {
  chooseLocale,
  createTexts,
  LANGUAGE_NAMES,
  LANGUAGES,
} from "../../src/query_api/console/texts/texts.js";

const CONSOLE = new URL("../../src/query_api/console/", import.meta.url);
const listForms = (text) => (typeof text === "string" ? [text] : Object.values(text));
const listNames = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

for (const language of Object.keys(LANGUAGES)) {
  test(`${language} has every text, with the same names in it`, () => {
    const [texts, english] = [LANGUAGES[language], LANGUAGES.en];

    assert.deepEqual(Object.keys(texts), Object.keys(english));
    for (const [key, text] of Object.entries(texts)) {
      const names = listNames(listForms(english[key]).at(-1));
      assert.deepEqual(listNames(listForms(text).at(-1)), names, key);
    }
  });

  test(`${language} has a name`, () => {
    assert.ok(LANGUAGE_NAMES[language]);
  });
}

test("every text that is shown exists, and every text is shown", () => {
  const source = ["parts", "views"]
    .flatMap((folder) => readdirSync(new URL(folder, CONSOLE), { recursive: true }).map((name) => `${folder}/${name}`))
    .filter((name) => name.endsWith(".js"))
    .map((name) => readFileSync(new URL(name, CONSOLE), "utf8"))
    .join("\n");
  const fixed = [...source.matchAll(/["'`]([a-z]+(?:\.[A-Za-z0-9-]+)+)["'`]/g)].map(([, key]) => key);
  const open = [...source.matchAll(/`([a-z]+\.)\$\{/g)].map(([, prefix]) => prefix);

  assert.ok(fixed.length > 20 && open.length > 5);
  const prefixes = new Set(Object.keys(LANGUAGES.en).map((key) => key.split(".")[0]));
  for (const key of fixed.filter((each) => prefixes.has(each.split(".")[0]))) {
    assert.ok(key in LANGUAGES.en, key);
  }
  for (const key of Object.keys(LANGUAGES.en)) {
    assert.ok(fixed.includes(key) || open.some((prefix) => key.startsWith(prefix)), key);
  }
});

test("a text has the plural of its language, with the number as its readers write it", () => {
  const t = createTexts("en", new Intl.NumberFormat("en").format);

  assert.equal(t("count.all", { count: 1 }), "1 notification");
  assert.equal(t("count.all", { count: 1234 }), "1,234 notifications");
});

test("a value is put into a text as it is", () => {
  const id = "$& {id} <b>";

  assert.ok(createTexts("en")("empty.person", { id, period: "" }).includes(` ${id},`));
});

test("dates are as the browser writes them, if it has the page's language", () => {
  assert.equal(chooseLocale("en", ["de", "en-GB"]), "en-GB");
  assert.equal(chooseLocale("en", ["zh-TW"]), "en");
  assert.equal(chooseLocale("zh-TW", ["zh-HK"]), "zh-HK");
});
