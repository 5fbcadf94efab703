// What does the page say in Chinese? By the English text; the parts of the page have a table each.
import { EXTRACTION } from "./texts/extraction_zh.js";
import { FIELDS } from "./texts/fields_zh.js";
import { PAGES } from "./texts/pages_zh.js";
import { QUESTIONS } from "./texts/questions_zh.js";
import { REASONS } from "./texts/reasons_zh.js";
import { REFUSALS } from "./texts/refusals_zh.js";
import { SERVER } from "./texts/server_zh.js";
import { SYSTEM } from "./texts/system_zh.js";
import { REVIEW } from "./texts/review_zh.js";

export const ZH = new Map([REVIEW, QUESTIONS, PAGES, FIELDS, SERVER, REFUSALS, EXTRACTION, REASONS, SYSTEM].flatMap((part) => Object.entries(part)));
