// ADF to wiki markup by us, and back by a judge: node wiki_round.mjs PROGRAM ours|theirs [SHOWN] < documents (one JSON string a line).
// ours: telamon's reader; theirs: Atlassian's converter (wiki.mjs). Prints the documents that come back different, those whose words do
// not all come back, and both shares. README.md argues each normalisation below.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [program, judge, shown = 10] = process.argv.slice(2);
const theirs = judge === 'theirs';
const lines = (text) => text.split('\n').filter((l) => l !== '');
const run = (command, args, input) => lines(spawnSync(command, args, { input: input.map((l) => `${l}\n`).join(''), encoding: 'utf8', maxBuffer: 1 << 30 }).stdout);
const convert = (from, to, input) => run(program, ['convert', '--from', from, '--to', to, '--lines'], input).map((l) => JSON.stringify(JSON.parse(l).ok ?? l));

const defaults = { order: 1, collection: '', accessLevel: '', colspan: 1, rowspan: 1, layout: 'default', isNumberColumnEnabled: false };
const theirLanguages = new Set(['c++', 'sql']);	// of the generated ones; the rest is "java" there
const isBlank = (s) => /^[ \t\n]*$/.test(s);
const isText = (n) => n.type === 'text' && !n.marks?.some((m) => m.type === 'code');

// Inline nodes as characters and atoms, each with its marks; and back.
function spread(content, header) {
  const out = [];
  for (const n of content ?? []) {
    const code = n.marks?.some((m) => m.type === 'code');
    let marks = (n.type === 'text' ? n.marks ?? [] : []).map(({ type, attrs }) => ({ type, attrs: attrs && Object.fromEntries(Object.entries(attrs).filter(([k, v]) => v !== null && !(theirs && k === 'title'))) }));
    if (n.type === 'text' && marks.some((m) => m.type === 'link' && m.attrs.href === n.text)) marks = marks.filter((m) => m.type !== 'link');
    if (header) marks = marks.filter((m) => m.type !== 'strong');
    if (theirs && code) marks = marks.filter((m) => m.type === 'code');
    const key = marks.map((m) => JSON.stringify(m)).sort();
    if (n.type !== 'text') out.push({ node: n, gap: n.type === 'hardBreak', key: [] });
    else for (const c of n.text) out.push({ c, gap: isBlank(c), key });
  }
  return out;
}
function inlines(content, header) {
  const all = spread(content, header);
  while (all.length && all[0].gap) all.shift();
  while (all.length && all.at(-1).gap) all.pop();
  for (let i = 0; i < all.length; i += 1) {	// white space has the marks that both its neighbours have
    if (!all[i].gap) continue;
    let end = i;
    while (all[end].gap) end += 1;
    const key = all[i - 1].key.filter((k) => all[end].key.includes(k));
    for (; i < end; i += 1) all[i].key = all[i].node ? [] : key;
  }
  const out = [];
  for (let i = 0; i < all.length; i += 1) {
    const { c, node, key, gap } = all[i], last = out.at(-1);
    if (node) {	// space beside a break is the end of a line, and its beginning
      if (node.type === 'hardBreak' && last?.text !== undefined) { last.text = last.text.replace(/[ \t]+$/, ''); if (!last.text) out.pop(); }
      out.push(atom(node));
    } else if (gap && last?.type === 'hardBreak') continue;
    else if (last?.text !== undefined && JSON.stringify(last.marks) === JSON.stringify(key)) last.text += c;
    else out.push({ type: 'text', text: c, marks: key, ...(key.some((k) => k.includes('"code"')) ? { code: true } : {}) });
  }
  return out;
}
function attrsOf(n) {
  const a = Object.entries(n.attrs ?? {}).filter(([k, v]) => v !== null && v !== '' && defaults[k] !== v && k !== 'localId');
  return a.filter(([k, v]) => !(n.type === 'mention' && k === 'text') && !(n.type === 'media' && (k === 'width' || k === 'height')) && !(n.type === 'embedCard' && k === 'width') &&
    !(theirs && n.type === 'codeBlock' && !theirLanguages.has(v))).map(([k, v]) => [k, n.type === 'mention' ? String(v).replace(/^accountid:/, '') : v]).sort();
}
function atom(n) {
  const attrs = attrsOf(n);
  return { type: n.type, ...(attrs.length ? { attrs } : {}) };
}
const holdsInlines = new Set(['paragraph', 'heading']);
function blocks(list, parent, header) {
  const out = [];
  for (const n of list ?? []) {
    const b = block(n, header || n.type === 'tableHeader'), last = out.at(-1);
    if (n.type === 'paragraph' && b.content.length === 0) continue;
    // in an item or a cell a paragraph is a line; and so is a text between or behind breaks
    if (n.type === 'paragraph' && last?.type === 'paragraph' && ['listItem', 'tableCell', 'tableHeader'].includes(parent)) last.content.push({ type: 'hardBreak' }, ...b.content);
    else if (n.type === 'mediaGroup' && last?.type === 'mediaGroup') last.content.push(...b.content);
    else out.push(b);
  }
  return out;
}
function block(n, header) {
  if (n.type === 'codeBlock') {
    const text = (n.content ?? []).map((t) => t.text).join('');
    return { ...atom(n), text: theirs ? text.replace(/^\s+|\s+$/g, '') : text };
  }
  if (holdsInlines.has(n.type)) return { ...atom(n), content: inlines(n.content, header).flatMap((c, i, all) => (c.type === 'hardBreak' && all[i - 1]?.type === 'hardBreak' ? [] : [c])) };
  return { ...atom(n), ...(n.content ? { content: blocks(n.content, n.type, header) } : {}) };
}
const text = (n) => JSON.stringify(n);
function words(n) {
  if (n.text !== undefined) return n.text;
  const own = Object.fromEntries(n.attrs ?? []), inner = (n.content ?? []).map(words).join(holdsInlines.has(n.type) ? '' : ' ');
  return `${n.type === 'hardBreak' ? ' ' : ''}${own.shortName ?? own.id ?? own.url ?? ''}${inner}`;
}
const plain = (n) => words(n).split(/\s+/).filter(Boolean).join(' ');
// theirs: all words in their order, among signs that were not understood
const hasWords = (all, n) => {
  let at = 0;
  const found = plain(n);
  return plain(all).split(' ').every((w) => { const k = found.indexOf(w, at); at = k + w.length; return k >= 0; });
};
function innermost(a, b) {
  const own = (n) => text({ ...n, content: undefined });
  if (a?.content && b?.content && own(a) === own(b)) {
    const at = a.content.findIndex((c, i) => text(c) !== text(b.content[i]));
    if (at >= 0 && a.content.length === b.content.length) return innermost(a.content[at], b.content[at]);
  }
  return [a, b];
}
const before = lines(readFileSync(0, 'utf8'));
const wiki = convert('adf', 'wiki', before);
const after = theirs ? run('node', [fileURLToPath(new URL('wiki.mjs', import.meta.url))], wiki).map((l) => JSON.stringify(l)) : convert('wiki', 'adf', wiki);
if (after.length !== before.length) throw new Error(`${before.length} documents in, ${after.length} out`);
let differ = 0, lost = 0;
for (let i = 0; i < before.length; i += 1) {
  const [a, b] = [before, after].map((all) => { const d = JSON.parse(JSON.parse(all[i])); return d.error ? { type: 'doc', content: [], error: d.error } : block(d); });
  if (text(a) === text(b)) continue;
  differ += 1;
  const loses = theirs ? !hasWords(a, b) : plain(a) !== plain(b);
  lost += loses;
  const at = a.content.findIndex((c, k) => text(c) !== text(b.content[k]));
  const [was, is] = at < 0 ? [a, b] : innermost(a.content[at], b.content[at]);
  if (differ <= shown || (loses && lost <= shown)) console.log(`document ${i + 1}${loses ? ' LOSES TEXT' : ''}\n  was  ${text(was)}\n  is   ${text(is ?? b)}\n  wiki ${wiki[i].slice(0, 1500)}`);
}
const share = (n) => `${(100 - (100 * n) / before.length).toFixed(2)} %`;
console.log(`ADF to wiki and back by ${theirs ? "Atlassian's converter" : 'our reader'}: ${share(differ)} of ${before.length} equal, ${share(lost)} with all words (${differ} differ, ${lost} lose)`);
