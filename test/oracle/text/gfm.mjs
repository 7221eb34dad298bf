// Markdown judged by another reader of it (micromark with GitHub's extensions): what a text is to that reader, it still is when we have
// read and written it. Texts: CommonMark's specification, and random trees written as Markdown by that family's own writer.
// node gfm.mjs PROGRAM [COUNT [SEED [SHOWN]]]. Exit 1 when a text differs that is not listed below.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { toMarkdown } from 'mdast-util-to-markdown';
import { gfm } from 'micromark-extension-gfm';
import { gfmFromMarkdown, gfmToMarkdown } from 'mdast-util-gfm';

const [program, count = 2000, seed0 = 1, shown = 5] = process.argv.slice(2);
const listed = {	// examples of the specification
  25: 'of HTML 5\'s 2,231 entities we know the 253 of HTML 4, as Confluence does', 196: 'a title is one line', 354: 'a later Unicode counts currency signs as punctuation',
  484: 'a link without text cannot be seen', 487: 'a link without text cannot be seen', 579: 'a picture in a line has no caption', 587: 'a picture in a line has no caption',
};

const parse = (md) => fromMarkdown(md, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
const tags = { strong: 'strong', em: 'emphasis', del: 'delete' };
const marks = Object.values(tags);
const isComment = (n) => n.type === 'html' && n.value === '<!-- -->';
const hasHtml = (n) => (n.type === 'html' && !isComment(n)) || (n.children ?? []).some(hasHtml);

// Flat: the words of a line, each with the sorted set of its marks, so that neither order nor repetition of nested emphasis counts.
function line(nodes, on, out) {
  const open = [];
  for (const n of nodes) {
    const tag = n.type === 'html' && n.value.match(/^<(\/?)(strong|em|del)>$/);
    const set = [...new Set([...on, ...open])].sort();
    if (isComment(n)) continue;
    if (tag) tag[1] ? open.splice(open.lastIndexOf(tags[tag[2]]), 1) : open.push(tags[tag[2]]);
    else if (marks.includes(n.type)) line(n.children, [...set, n.type], out);
    else if (n.type === 'link' && n.children.length) line(n.children, [...set.filter((m) => !m.startsWith('link')), `link ${n.url} ${n.title ?? ''}`], out);
    else out.push([n.type === 'html' && n.value === '<br>' ? 'break' : n.type, (n.value ?? n.alt ?? '').replace(/\s+/g, ' '), ...(n.type === 'image' ? [n.url] : []), set.join(',')]);
  }
  return out;
}
function words(nodes) {
  const out = [];
  for (const [type, text, ...rest] of line(nodes, [], [])) {
    const last = out.at(-1);
    if (type === 'text' && last?.[0] === 'text' && last.at(-1) === rest.at(-1)) last[1] += text;
    else out.push([type, text, ...rest]);
  }
  if (out[0]?.[0] === 'text') out[0][1] = out[0][1].trimStart();
  if (out.at(-1)?.[0] === 'text') out.at(-1)[1] = out.at(-1)[1].trimEnd();
  return out.filter((w) => w[0] !== 'text' || w[1] !== '');
}
const lines = ['paragraph', 'heading', 'tableCell'];
function normal(n, defs) {
  if (n.type === 'definition' || isComment(n)) return null;
  if (n.type === 'code') return { type: 'code', lang: n.lang ?? '', value: n.value };
  const o = { type: n.type };
  for (const k of ['depth', 'ordered', 'checked', 'align', 'value']) if (n[k] !== undefined && n[k] !== null) o[k] = n[k];
  if (n.ordered) o.start = n.start ?? 1;
  if (lines.includes(n.type)) o.words = words(resolve(n.children, defs));
  else if (n.children) o.children = n.children.map((c) => normal(c, defs)).filter((c) => c && !(c.type === 'paragraph' && c.words.length === 0));
  return o;
}
const resolve = (nodes, defs) => nodes.map((n) => (n.type.endsWith('Reference') ? { ...n, type: n.type.slice(0, -9), url: defs.get(n.identifier)?.url, title: defs.get(n.identifier)?.title } : n))
  .map((n) => (n.children ? { ...n, children: resolve(n.children, defs) } : n));
function tree(md) {
  const t = parse(md), defs = new Map();
  (function walk(n) { if (n.type === 'definition' && !defs.has(n.identifier)) defs.set(n.identifier, n); (n.children ?? []).forEach(walk); })(t);
  return JSON.stringify(normal(t, defs));
}

// --- random trees ---
let seed = Number(seed0) >>> 0;
const below = (n) => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 4294967296) * n);
};
const pick = (...a) => a[below(a.length)];
const some = (min, max, make) => Array.from({ length: min + below(max - min + 1) }, make);
const bits = ['alpha', 'beta', 'x_y', '2*3', 'a<b', '[z]', '&', '`q', '1.', '#', '|', '~', 'é', '日本', '\\', '>', '-', '+', '_z_', '(p)', '"q"', 'C:\\d', '!', '$x$', '{c}', '=', '100 %', 'e.g.'];
const raw = () => some(1, 4, () => pick(...bits)).join(' ');
const text = () => ({ type: 'text', value: raw() });
const inline = (d) => pick(text, text, text, () => (d < 2 ? pick({ type: pick('strong', 'emphasis'), children: phrasing(d + 1, 2) }, { type: 'delete', children: [{ type: 'text', value: pick('gone', 'x_y 2*3', 'é [z]') }] }) : text()), () => ({ type: 'inlineCode', value: raw() }),
  () => (d < 3 ? { type: 'link', url: pick('https://x.example/a_b', '/a?b=c&d=*e*', 'https://x.example/(a)'), title: pick(null, 'a "t" *s*'), children: phrasing(3, 2) } : text()),
  () => ({ type: 'image', url: 'p.png', alt: pick('', 'a [b]') }))();
const phrasing = (d = 0, max = 4) => some(1, max, () => inline(d)).flatMap((n, i) => (i ? [{ type: 'text', value: ' ' }, n] : [n]));
const para = () => ({ type: 'paragraph', children: [text(), ...phrasing()] });
const codeBlock = () => ({ type: 'code', lang: pick(null, 'js', 'c++'), value: some(1, 3, () => pick(raw(), '```', '\tx', '    x', '')).join('\n') });
const item = (d, checked) => ({ type: 'listItem', spread: true, ...(checked ? { checked: below(2) === 1 } : {}), children: [para(), ...(d < 3 && !checked ? some(0, 2, () => pick(para, codeBlock, () => list(d + 1))()) : [])] });
const list = (d = 0) => { const tasks = below(4) === 0; return { type: 'list', spread: true, ...(below(2) || tasks ? { ordered: false } : { ordered: true, start: pick(1, 1, 7) }), children: some(1, 3, () => item(d, tasks)) }; };
const table = () => { const n = 1 + below(3); return { type: 'table', align: Array.from({ length: n }, () => pick(null, 'center', 'right')), children: some(2, 4, () => ({ type: 'tableRow', children: Array.from({ length: n }, () => ({ type: 'tableCell', children: [text(), ...phrasing(0, 2)] })) })) }; };
const block = (d = 0) => pick(para, para, () => ({ type: 'heading', depth: 1 + below(6), children: phrasing(0, 3) }), list, codeBlock, () => ({ type: 'thematicBreak' }), table,
  () => (d < 2 ? { type: 'blockquote', children: blocks(d + 1) } : para()))();
// two lists or quotes beside each other are one to any reader
const blocks = (d = 0) => some(1, 4, () => block(d)).filter((n, i, all) => i === 0 || n.type !== all[i - 1].type || !['list', 'blockquote'].includes(n.type));
const random = () => toMarkdown({ type: 'root', children: blocks() }, { extensions: [gfmToMarkdown()], listItemIndent: 'one' });

const spec = readFileSync(createRequire(import.meta.url).resolve('commonmark-spec/spec.txt'), 'utf8').replace(/→/g, '\t');
const texts = [...spec.matchAll(/^`{32} example\n([^]*?)^\.\n[^]*?^`{32}$/gm)].map((m, i) => ({ name: i + 1, md: m[1] }));
for (let i = 0; i < Number(count); i += 1) texts.push({ name: `random ${i + 1}`, md: random() });
const plain = texts.filter((t) => !hasHtml(parse(t.md)));
const input = plain.map((t) => `${JSON.stringify(t.md)}\n`).join('');
let failed = 0;
for (const mode of [[], ['--plain']]) {
  const { stdout } = spawnSync(program, ['convert', '--from', 'md', '--to', 'md', '--lines', ...mode], { input, encoding: 'utf8', maxBuffer: 1 << 28 });
  const ours = stdout.trim().split('\n').map((l) => JSON.parse(l).ok ?? l);
  let differ = 0, unlisted = 0;
  plain.forEach((t, i) => {
    const [a, b] = [tree(t.md), tree(ours[i])];
    if (a === b) return;
    differ += 1;
    if (listed[t.name]) return;
    unlisted += 1;
    if (unlisted > Number(shown)) return;
    let k = 0;
    while (a[k] === b[k]) k += 1;
    console.log(`${t.name}: ${JSON.stringify(t.md)}\n  ours ${JSON.stringify(ours[i])}\n  was ${a.slice(Math.max(0, k - 80), k + 120)}\n  is  ${b.slice(Math.max(0, k - 80), k + 120)}`);
  });
  console.log(`Markdown to another reader${mode.length ? ', as models see it' : ''}: ${differ} of ${plain.length} differ, ${unlisted} of them not listed`);
  failed += unlisted;
}
process.exit(failed > 0 ? 1 : 0);
