import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { FILTERS } from "../../src/query_api/console/core/address.js";
import { UNITS } from "../../src/query_api/console/core/figures/series.js";
import { PRESET_NAMES } from "../../src/query_api/console/core/time.js";
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

test("no text has two entries, of which the last one would count", () => {
  for (const language of Object.keys(LANGUAGES)) {
    const source = readFileSync(new URL(`texts/${language}.js`, CONSOLE), "utf8");
    const keys = [...source.matchAll(/^  "([^"]+)":/gm)].map(([, key]) => key);

    assert.deepEqual(keys, Object.keys(LANGUAGES[language]));
  }
});

const VIEWS = ["person", "campaign", "transaction", "failures"];
const PROBLEMS = ["network", "signed-out", "response", "invalid", "cursor", "large", "busy", "unavailable", "refused", "slow"];
// The keys that the source composes, with what stands for each `*`.
const COMPOSED = {
  "burst.*": ["since", "since-around", "over", "over-around"],
  "column.*": ["time", "title", "status", "platform", "ap", "campaign", "user", "reason"],
  "connection.*": ["trying", "lost"],
  "counted.*": ["all", "so-far"],
  "detail.*": [
    ...["created", "sent", "delivered", "failed"],
    ...["transaction", "user", "campaign", "ap", "platform", "sns", "retries"],
  ],
  "empty.*": VIEWS,
  "export.*": ["csv", "ndjson"],
  "fault.*": ["id", "from", "to", "filter"],
  "filter.*": FILTERS,
  "heading.*": VIEWS,
  "kind.*": ["person", "campaign", "transaction"],
  "period.*": [...PRESET_NAMES, "from", "to"],
  "problem.*": PROBLEMS,
  "problem.*.*": [...PROBLEMS.map((name) => [name, "detail"]), ["network", "rows"]],
  "reasons.*": ["all", "at-least"],
  "refresh.*": ["off", "30"],
  "settings.*": ["language", "zone", "theme"],
  "start.*": ["person", "campaign", "failures"],
  "start.*.detail": ["person", "campaign", "failures"],
  "status.*": ["DELIVERED", "SENT", "FAILED"],
  "theme.*": ["auto", "light", "dark"],
  "unit.*.*": ["notifications", "failures"].flatMap((counted) => UNITS.map((unit) => [counted, unit])),
};

test("every text that is shown exists, and every text is shown", () => {
  const source = ["parts", "views"]
    .flatMap((folder) => readdirSync(new URL(folder, CONSOLE), { recursive: true }).map((name) => `${folder}/${name}`))
    .filter((name) => name.endsWith(".js"))
    .map((name) => readFileSync(new URL(name, CONSOLE), "utf8"))
    .join("\n");
  const prefixes = new Set(Object.keys(LANGUAGES.en).map((key) => key.split(".")[0]));
  const isText = (key) => prefixes.has(key.split(".")[0]);
  const fixed = [...source.matchAll(/["'`]([a-z]+(?:\.[A-Za-z0-9-]+)+)["'`]/g)].map(([, key]) => key);
  const composed = [...source.matchAll(/`([a-z]+\.(?:[\w.-]|\$\{[^}`]*\})*)`/g)]
    .map(([, template]) => template.replace(/\$\{[^}]*\}/g, "*"))
    .filter((pattern) => pattern.includes("*") && isText(pattern));

  assert.deepEqual([...new Set(composed)].sort(), Object.keys(COMPOSED).sort());
  const made = Object.entries(COMPOSED).flatMap(([pattern, values]) =>
    values.map((value) => [value].flat().reduce((key, part) => key.replace("*", part), pattern)),
  );
  const shown = new Set([...fixed.filter(isText), ...made]);
  assert.deepEqual([...shown].sort(), Object.keys(LANGUAGES.en).sort());
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
