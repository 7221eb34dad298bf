// Holds our JQL against Atlassian's own parser.
//
//   node jql.mjs [path of telamon] [--generate N]
//
// 1. every string that their test data calls valid must pass, every invalid one must fail;
// 2. our syntax tree must equal theirs, after both are brought to one plain form;
// 3. what we print must be accepted by them and give them the same tree;
// 4. with --generate N: N random strings (grammar walks, then mutated) must get the same verdict
//    and, when valid, the same tree from both.
//
// Decoding of their literal text (quotes, escapes) is done here from their `text`, because their own
// `value` leaves escapes in place. Differences that are meant: see `meant` below.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const { JastBuilder } = require('@atlaskit/jql-ast');


const args = process.argv.slice(2);
const generate = args.includes('--generate') ? Number(args[args.indexOf('--generate') + 1]) : 0;
const program = args.find((a, i) => !a.startsWith('--') && args[i - 1] !== '--generate') ?? '../../build/telamon';
const command = process.env.JQL_DRIVER ? [process.env.JQL_DRIVER] : [program, 'query', '--lang', 'jql', '--json', '--lines'];

function ours(texts) {
  const r = spawnSync(command[0], command.slice(1), {
    input: texts.map((t) => JSON.stringify(t)).join('\n') + '\n', encoding: 'utf8', maxBuffer: 1 << 30,
  });
  const lines = r.stdout.split('\n').filter(Boolean);
  if (lines.length !== texts.length) throw new Error(`${lines.length} answers to ${texts.length} queries: ${r.stderr}`);
  return lines.map((l) => JSON.parse(l));
}

const escapes = { n: '\n', r: '\r', t: '\t' };
function decode(text) {
  let s = text;
  if (/^["']/.test(s)) s = s.slice(1, -1);
  return s.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, hex, c) => (hex ? String.fromCharCode(parseInt(hex, 16)) : escapes[c] ?? c));
}
const word = (text) => (/^-?[0-9]+$/.test(text) ? { number: text } : { value: decode(text) });

function operand(o) {
  switch (o.operandType) {
    case 'value': return word(o.text);
    case 'keyword': return { empty: true };
    case 'function': return { function: decode(o.function.text), args: o.arguments.map((a) => word(a.text)) };
    case 'list': return { list: o.values.map(operand) };
  }
  throw new Error(`operand ${o.operandType}`);
}
function field(f) {
  // their text of a custom field keeps inner spaces and the properties
  const custom = /^cf\s*\[\s*([0-9]+)\s*\]/i.exec(f.text);
  const out = { field: custom ? `cf[${custom[1]}]` : decode(f.text) };
  if (f.properties?.length)
    out.property = f.properties.map((p) => ({ key: decode(p.key.text), path: (p.path ?? []).map((a) => decode(a.text)) }));
  return out;
}
function clause(c) {
  switch (c.clauseType) {
    case 'not': return { not: clause(c.clause) };
    case 'compound': return { [c.operator.value]: c.clauses.map(clause) };
    case 'terminal': {
      const out = { ...field(c.field), op: c.operator.value };
      if (c.operand) out.operand = operand(c.operand);
      if (c.predicates.length) out.predicates = c.predicates.map((p) => ({ op: p.operator.value, operand: operand(p.operand) }));
      return out;
    }
  }
  throw new Error(`clause ${c.clauseType}`);
}
function tree(jast) {
  const q = jast.query, out = {};
  if (q?.where) out.where = clause(q.where);
  if (q?.orderBy)
    out.order = q.orderBy.fields.map((f) => ({ ...field(f.field), ...(f.direction ? { direction: f.direction.value.toLowerCase() } : {}) }));
  return out;
}
function theirs(text) {
  const jast = new JastBuilder().build(text);	// a builder used twice for one text gives nothing
  if (jast.errors.length) return { error: jast.errors[0].message };
  return { tree: tree(jast) };
}
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
// We refuse what a C string of UTF-8 cannot hold.
const meant = (text) => /\\u0000|\\u[dD][89a-fA-F]/.test(text) || !text.isWellFormed();

let failed = 0;
function complain(what, text, ...more) {
  if (failed++ < 20) console.log(`${what}: ${JSON.stringify(text)}`, ...more);
}

const data = join(dirname(require.resolve('@atlaskit/jql-ast/package.json')), 'test-utils', 'data');
const valid = [], invalid = [];
for (const f of readdirSync(data).sort()) {
  const d = JSON.parse(readFileSync(join(data, f), 'utf8'));
  valid.push(...d.valid);
  invalid.push(...d.invalid);
}

function hold(texts, expect) {
  const got = ours(texts);
  const count = { accepted: 0, rejected: 0, equal: 0, reparsed: 0 };
  texts.forEach((text, i) => {
    const g = got[i], t = theirs(text), want = expect ?? (t.error === undefined ? 'valid' : 'invalid');
    if (expect && (t.error === undefined) !== (expect === 'valid')) complain('the oracle itself disagrees', text, t);
    if (g.error !== undefined) {
      count.rejected++;
      if (typeof g.at !== 'number') complain('no position', text);
      if (want === 'valid' && !meant(text)) complain('wrongly rejected', text, g.error);
      return;
    }
    count.accepted++;
    if (want === 'invalid') return complain('wrongly accepted', text, g.ok);
    if (same(g.tree, t.tree)) count.equal++;
    else complain('another tree', text, JSON.stringify(g.tree), JSON.stringify(t.tree));
    const again = theirs(g.ok);
    if (same(again.tree, t.tree)) count.reparsed++;
    else complain('our print is read differently', text, g.ok, JSON.stringify(again));
  });
  return count;
}

const v = hold(valid, 'valid'), n = hold(invalid, 'invalid');
console.log(`valid strings accepted      ${v.accepted} of ${valid.length}`);
console.log(`invalid strings rejected    ${n.rejected} of ${invalid.length}`);
console.log(`equal trees                 ${v.equal} of ${valid.length}`);
console.log(`our print re-read as equal  ${v.reparsed} of ${valid.length}`);

// ---- generated strings ----
let seed = 12345;
const rnd = (k) => ((seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) >>> 8) % k;
const pick = (...a) => a[rnd(a.length)];
const some = (f, max) => Array.from({ length: 1 + rnd(max) }, f);
const name = () => pick('status', 'assignee', 'Story', '"Story Points"', "'a b'", 'cf[10001]', 'CF [ 7 ]', '12', '-5', 'x.y', 'ünïcode', '"q\\"q"',
  'a\\ b', '\\u0041b', 'issue.property[k].p', 'f["a b"] .x y', 'cf[3][k]', '"\\u00e9\\n"', 'the', '𝒳', '"in"', "'order'");
const value = () => pick(name, name, () => String(rnd(100)), () => '-4w', () => '"2021-03-17"', () => '""', () => '2019-11-15', () => "'it''s'",
  () => '"\\\\"', () => 'a:b', () => '`x`', () => "'\\''", () => '"line\nline"')().replace(/\s*\[.*$/s, '');
const fn = () => `${pick('now', 'membersOf', '"f n"', '3')}${pick('', ' ')}(${rnd(2) ? some(value, 3).join(', ') : ''})`;
const list = (d) => `(${some(() => oper(d + 1), 3).join(',')})`;
const oper = (d) => pick(value, value, fn, () => pick('empty', 'NULL'), () => (d > 2 ? value() : list(d)))();
const preds = (c) => (rnd(3) ? '' : some(() => ` ${pick('after', 'BEFORE', 'on', 'during', 'by', ...(c ? ['from', 'To'] : []))} ${oper(1)}`, 2).join(''));
const term = () => name() + pick(
  () => ` ${pick('=', '!=')} ${pick(value, fn, () => 'EMPTY')()}`, () => ` ${pick('~', '!~')}${pick(value, fn, () => 'EMPTY')()}`,
  () => `${pick('<', '>', '<=', '>=')} ${pick(value, fn)()}`, () => ` ${pick('in', 'NOT IN')}${pick(() => list(0), () => ' ' + fn())()}`,
  () => ` is ${pick('', 'not')} empty`, () => ` was ${pick('', 'not')} ${pick(value, fn, () => 'EMPTY')()}${preds(0)}`,
  () => ` was ${pick('', 'not')} in ${list(0)}${preds(0)}`, () => ` changed${preds(1)}`)();
const cond = (d) => (d > 3 ? term() : pick(term, term, () => `${cond(d + 1)} ${pick('and', 'AND', '&', '&&')} ${cond(d + 1)}`,
  () => `${cond(d + 1)} ${pick('or', 'OR', '|', '||')} ${cond(d + 1)}`, () => `(${cond(d + 1)})`, () => `${pick('not ', '!')}${cond(d + 1)}`)());
const query = () => (rnd(10) ? cond(0) : '') + (rnd(3) ? '' : ` order by ${some(() => name() + pick('', ' asc', ' DESC'), 3).join(', ')}`);
const soup = ['(', ')', ',', '"', "'", '\\', 'and', 'or', 'not', 'in', 'is', 'was', 'empty', 'order by', 'changed', '!', '=', '~', '<', '>', '[', ']', ' ', '\n',
  '\t', '\\u00', '\\u2ee5', '/', '#', '@', '\u00a0', '\u0085', '\ufdd0', '\ufffe', 'é', '𝒳', 'cf', '5', '-', 'limit', 'select', '&', '|', '\\n', '\\q', ';', '.'];
function mutate(s) {
  const c = Array.from(s);
  for (let k = 1 + rnd(3); k > 0; k--) {
    const i = rnd(c.length + 1);
    pick(() => c.splice(i, 1 + rnd(3)), () => c.splice(i, 0, soup[rnd(soup.length)]), () => c.splice(i, 1, soup[rnd(soup.length)]),
      () => c.splice(i, 0, ...c.slice(rnd(c.length + 1), rnd(c.length + 1))))();
  }
  return c.join('');
}
if (generate > 0) {
  const texts = Array.from({ length: generate }, (_, i) => (i % 2 ? mutate(query()) : query()));
  const g = hold(texts);
  console.log(`generated                   ${generate}: ${g.accepted} accepted, ${g.rejected} rejected, ${g.equal} equal, ${g.reparsed} re-read`);
}
const texts = valid.length + invalid.length + generate;
console.log(failed ? `${failed} differences` : 'no difference');
const before = Number(args.find((a) => a.startsWith('--passed='))?.slice(9) ?? 0);	// counted by command.mjs
console.log(`${Math.max(0, before + texts - failed)} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
