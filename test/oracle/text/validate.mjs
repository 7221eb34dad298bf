// ADF documents, one JSON value a line on stdin: judged by Atlassian's JSON schema and by @atlaskit/adf-utils.
// Usage: node validate.mjs SCHEMA.json. Prints each failure and a count; exit 1 when one is invalid.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';
const require = createRequire(import.meta.url);
const Ajv = require('ajv-draft-04');
const ajv = new (Ajv.default ?? Ajv)({ strict: false });
const check = ajv.compile(JSON.parse(readFileSync(process.argv[2], 'utf8')));
const { validator } = require('@atlaskit/adf-utils/validator');
const validate = validator();
let count = 0;
let bad = 0;
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === '') continue;
  const doc = JSON.parse(line);
  count += 1;
  const ok = check(doc);
  let other = null;
  try {
    validate(doc);
  } catch (e) {
    other = String(e.message ?? e);
  }
  if (ok && other === null) continue;
  bad += 1;
  if (bad <= 20) console.log(JSON.stringify({ at: count, schema: ok || check.errors?.slice(0, 3), other, doc: line.slice(0, 600) }));
}
console.log(`${count} documents, ${bad} invalid`);
process.exit(bad > 0 ? 1 : 0);
