// ADF to Markdown and back: node roundtrip.mjs PROGRAM [SHOWN] < documents (one JSON string a line). Prints the innermost node that
// differs of each document; exit 1 when there is one. Normalised: the order of marks, attributes that are empty or their default, and the
// ids of tasks and decisions, which Markdown does not show.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const [program, shown = 10] = process.argv.slice(2);
const lines = (text) => text.split('\n').filter((l) => l !== '');
const convert = (from, to, input) => lines(spawnSync(program, ['convert', '--from', from, '--to', to, '--lines'], { input: input.map((l) => `${l}\n`).join(''), encoding: 'utf8', maxBuffer: 1 << 30 }).stdout)
  .map((l) => JSON.stringify(JSON.parse(l).ok ?? l));
const defaults = { order: 1, collection: '', accessLevel: '', title: '', colspan: 1, rowspan: 1, layout: 'default', isNumberColumnEnabled: false };
function normal(n) {
  const attrs = Object.entries(n.attrs ?? {}).filter(([k, v]) => defaults[k] !== v && k !== 'localId').sort();
  return { type: n.type, ...(n.text === undefined ? {} : { text: n.text }), ...(attrs.length ? { attrs } : {}), ...(n.marks?.length ? { marks: n.marks.map((m) => JSON.stringify(m)).sort() } : {}),
    ...(n.content ? { content: n.content.map(normal) } : {}) };
}
const text = (n) => JSON.stringify(n);
function innermost(a, b) {
  const own = (n) => text({ ...n, content: undefined });
  if (a?.content && b?.content && own(a) === own(b)) {
    const at = a.content.findIndex((c, i) => text(c) !== text(b.content[i]));
    if (at >= 0 && a.content.length === b.content.length) return innermost(a.content[at], b.content[at]);
  }
  return [a, b];
}
const before = lines(readFileSync(0, 'utf8'));
const md = convert('adf', 'md', before), after = convert('md', 'adf', md);
if (after.length !== before.length) throw new Error(`${before.length} documents in, ${after.length} out`);
let differ = 0;
for (let i = 0; i < before.length; i += 1) {
  const [a, b] = [before, after].map((all) => normal(JSON.parse(JSON.parse(all[i]))));
  if (text(a) === text(b)) continue;
  differ += 1;
  const at = a.content.findIndex((c, k) => text(c) !== text(b.content[k]));
  const [was, is] = at < 0 ? [a, b] : innermost(a.content[at], b.content[at]);
  if (differ <= shown) console.log(`document ${i + 1}, block ${at + 1}\n  was ${text(was)}\n  is  ${text(is)}`);
}
console.log(`ADF to Markdown and back: ${differ} of ${before.length} differ`);
process.exit(differ > 0 ? 1 : 0);
