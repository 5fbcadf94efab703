import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { capitalised, said, translator } from "../../assets/i18n.js";
import { serverWords } from "../../assets/pages/server_words.js";
import { ZH } from "../../assets/texts_zh.js";
import { FIELDS } from "../../assets/texts/fields_zh.js";
import { SYSTEM } from "../../assets/texts/system_zh.js";

const here = (path) => new URL(`../../${path}`, import.meta.url);
const filesOf = (folder, ending) => readdirSync(here(folder), { recursive: true }).filter((name) => name.endsWith(ending));
const textOf = (path) => readFileSync(here(path), "utf8");
const unquoted = (literal) => JSON.parse(`"${literal}"`);

const inCode = new Set(filesOf("assets", ".js").flatMap((name) => [...textOf(`assets/${name}`).matchAll(/\bt\("((?:[^"\\]|\\.)*)"/g)].map((found) => unquoted(found[1]))));

/** Templates of the server: `Words("…")`, over several lines or not. */
const ofServer = new Set(filesOf("spkbound", ".py").flatMap((name) => [...textOf(`spkbound/${name}`).matchAll(/\bWords\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)/g)].map((found) => [...found[1].matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((part) => unquoted(part[1])).join(""))));

/** What a template says: its text between tags, without caps of keys, and the words in attributes. */
function wordsOf(html) {
  const said = html.replace(/<kbd>.*?<\/kbd>|<(head|script|style)\b.*?<\/\1>/gs, "<>");
  const texts = [...said.matchAll(/>([^<]+)</g)].map((found) => found[1].replaceAll("&nbsp;", " ").replaceAll("&lt;", "<").trim());
  const attributes = [...said.matchAll(/ (?:aria-label|title|placeholder)="([^"]*)"/g)].map((found) => found[1]);
  return [...texts, ...attributes].filter((text) => /[a-z]{2}/i.test(text) && text !== "spkbound");
}
const inTemplates = new Set(filesOf("assets", ".html").flatMap((name) => wordsOf(textOf(`assets/${name}`))));

test("every text of the page has a Chinese one", () => {
  assert.ok(ofServer.size > 30);
  assert.deepEqual([...inCode, ...inTemplates, ...ofServer].filter((text) => !ZH.has(text)), []);
});

test("no Chinese text is without use, and none stands in two tables", () => {
  const elsewhere = new Set([...Object.keys(FIELDS), ...Object.keys(SYSTEM)]);
  assert.deepEqual([...ZH.keys()].filter((text) => !elsewhere.has(text) && !inCode.has(text) && !inTemplates.has(text) && !ofServer.has(text)), []);
  const entries = filesOf("assets/texts", ".js").flatMap((name) => [...textOf(`assets/texts/${name}`).matchAll(/"((?:[^"\\]|\\.)*)": "/g)].map((found) => unquoted(found[1])));
  assert.deepEqual(entries.filter((text, i) => entries.indexOf(text) !== i), []);
});

test("every field of Gradio has a Chinese text, and no field is without use", () => {
  const python = filesOf("spkbound/ui", ".py").map((name) => textOf(`spkbound/ui/${name}`)).join("\n");
  const options = [...python.matchAll(/\b(?:label|info|title)="([^"]+)"|(?:heading|note|Button)\(\s*"([^"]+)"|(?:placeholder|value)="([a-z-]+,? [a-z ]+)"/g)].map((found) => found[1] ?? found[2] ?? found[3]);
  const choices = [...python.matchAll(/(?:CHANNELS|ORDERS|METHODS) = \[(.*?)\]\n/gs)].flatMap((found) => [...found[1].matchAll(/\("([^"]+)", "/g)].map((one) => one[1]));
  const said = [...options, ...choices].filter((text) => text !== "spkbound");
  assert.ok(choices.length >= 9);
  assert.deepEqual(said.filter((text) => !ZH.has(text)), []);
  assert.deepEqual(Object.keys(FIELDS).filter((text) => !said.includes(text)), []);
});

test("both languages name the same values", () => {
  const valuesOf = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
  for (const [english, chinese] of ZH) assert.deepEqual(valuesOf(chinese), valuesOf(english), english);
});

test("a text takes its values, one or many, and English stands in for what is missing", () => {
  const t = translator(new Map([["{n} file|{n} files", "{n} 个文件"]]));
  assert.equal(t("{n} file|{n} files", { n: 1 }), "1 个文件");
  assert.equal(t("{n} boundary|{n} boundaries", { n: 1 }), "1 boundary");
  assert.equal(t("{n} boundary|{n} boundaries", { n: 1182 }), "1,182 boundaries");
  assert.equal(t("{who} at {place}", { who: "${x}{place}", place: 37001 }), "${x}{place} at 37,001");
});

test("between Chinese and Chinese stands no space, whatever the value is", () => {
  const text = "{user} {deed} {place} meanwhile.";
  const t = translator(new Map([[text, "其间 {user} {deed} {place}。"]]));
  assert.equal(t(text, { user: "ann", deed: "已确认", place: 36_999 }), "其间 ann 已确认 36,999。");
  assert.equal(t(text, { user: "某人", deed: "已确认", place: 36_999 }), "其间某人已确认 36,999。");
  assert.equal(translator(null)(text, { user: "某人", deed: "approved", place: 7 }), "某人 approved 7 meanwhile.");
});

test("what the server says in parts is put together, whatever it is", () => {
  const wrong = { text: "2 wrong", template: "{n} wrong", values: { n: 2 } };
  assert.equal(said({ text: "", template: "All {n} approved boundaries were heard blind: {wrong}", values: { n: 1182, wrong } }), "All 1,182 approved boundaries were heard blind: 2 wrong");
  assert.deepEqual(["plain {n}", null, undefined].map(said), ["plain {n}", "", ""]);
  assert.deepEqual(["cancelled", wrong, null].map(serverWords), ["cancelled", "2 wrong", ""]);
});

test("a text of the server becomes a sentence, but no name is changed", () => {
  assert.equal(capitalised("cannot write {x}"), "Cannot write {x}");
  for (const text of ["speaker_001: gone", "anna: gone", "utt.wav: gone", "/data/x is a file", "segment_size auto: chose 20", "4 differences", "", "无"]) assert.equal(capitalised(text), text);
});
