// Markdown to ADF and to storage, held against the pairs of the shared corpus: node pairs.mjs PROGRAM CORPUS.
// What the README lists as chosen is normalised away; a pair that still differs must be listed below with its reason.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const [program, corpus] = process.argv.slice(2);
const differing = {
  adf: {
    images: 'a picture inside a line is a block there, its link here', skip_nodes: 'a comment on a line of its own ends the paragraph, as CommonMark says',
  },
  storage: {
    admonition: '"!!! info" is an extension of theirs', alignment: 'front matter; options of their tool', basic: '==x==, ^x^ and ~x~ are extensions of theirs',
    images: 'front matter; options of their tool', macro: 'a code block "csf" is raw storage there', mermaid: 'their tool renders diagrams', plantuml: 'their tool renders diagrams',
    skip_nodes: 'their tool leaves out what stands between its comments', table: 'front matter; options of their tool', unknown_code_language: 'an unknown language is kept here',
  },
};

const read = (file) => JSON.parse(readFileSync(`${corpus}/${file}`, 'utf8'));
function convert(to, texts) {
  const r = spawnSync(program, ['convert', '--from', 'md', '--to', to, '--lines'], { input: texts.map((t) => `${JSON.stringify(t)}\n`).join(''), encoding: 'utf8', maxBuffer: 1 << 28 });
  return r.stdout.trim().split('\n').map((l) => JSON.parse(l).ok);
}

// Their converter has no HTML, no tasks, no expands and no cards: tags are text there. Taken out of their text, and of our tree what the tags say.
const untagged = (t) => t.replace(/<!--.*?-->/gs, '').replace(/<\/?(details|summary|br)\b[^>]*>/g, ' ').replace(/<\/?(u|ins|sub|sup|span|small|b|i)\b[^>]*>/g, '').replace(/~(\w+)~/g, '$1');
const said = ['underline', 'subsup', 'textColor', 'backgroundColor', 'strike'];
const imgOf = (n) => n.type === 'paragraph' && n.content?.length === 1 && n.content[0].text?.match(/^<img src="([^"]+)"[^>]*>$/)?.[1];
const lines = ['paragraph', 'heading'];
const box = (n) => ({ type: 'text', text: n.attrs.state === 'DONE' ? '[x] ' : '[ ] ' });
function plain(n) {	// one node of theirs or ours as the list of nodes that both can have
  if (imgOf(n)) return [{ type: 'mediaSingle', content: [{ type: 'media', attrs: { url: imgOf(n) } }] }];
  if (n.type === 'expand') return [{ type: 'paragraph', content: [{ type: 'text', text: n.attrs.title }] }, ...n.content.flatMap(plain)];
  if (n.type === 'inlineCard') return [{ type: 'text', text: n.attrs.url, marks: [{ type: 'link', attrs: { href: n.attrs.url } }] }];
  if (n.type === 'taskList') return [{ type: 'bulletList', content: n.content.flatMap(plain) }];
  if (n.type === 'taskItem') return [{ type: 'listItem', content: [{ type: 'paragraph', content: [box(n), ...n.content] }] }];
  if (n.type === 'hardBreak') return [{ type: 'text', text: ' ' }];
  if (n.type === 'caption') return [];
  if (n.type === 'text') return [{ ...n, text: n.marks?.some((m) => m.type === 'code') ? n.text : untagged(n.text), marks: (n.marks ?? []).filter((m) => !said.includes(m.type)) }];
  return [n.content ? { ...n, content: n.content.flatMap(plain) } : n];
}
const isEmpty = (n) => lines.includes(n.type) && n.content.every((c) => c.text?.trim() === '');
function adf(n) {
  const attrs = { ...n.attrs };
  delete attrs.localId;
  if (n.type === 'orderedList' && attrs.order === 1) delete attrs.order;
  if (['table', 'mediaSingle'].includes(n.type)) Object.keys(attrs).forEach((k) => delete attrs[k]);
  if (n.type === 'media') return { type: 'media', file: attrs.url ?? attrs.id };
  if (n.type === 'text') return { type: 'text', text: n.text, marks: (n.marks ?? []).map((m) => [m.type, m.attrs?.href && decodeURI(m.attrs.href)]).sort() };
  let content = [];
  for (const c of (n.content ?? []).map(adf)) {
    const last = content.at(-1);
    if (c.type === 'text' && last?.type === 'text' && JSON.stringify(c.marks) === JSON.stringify(last.marks)) last.text += c.text;
    else content.push(c);
  }
  if (lines.includes(n.type)) {
    content.forEach((c) => { if (c.type === 'text') c.text = c.text.replace(/\s+/g, ' '); });
    if (content[0]?.type === 'text') content[0].text = content[0].text.trimStart();
    if (content.at(-1)?.type === 'text') content.at(-1).text = content.at(-1).text.trimEnd();
    content = content.filter((c) => c.type !== 'text' || c.text !== '');
  }
  // an empty head says that there is none
  if (n.type === 'table') content = content.filter((row) => row.content.some((cell) => cell.content.some((p) => !isEmpty(p))));
  if (n.type === 'doc') content = content.filter((c) => !isEmpty(c));
  return { type: n.type, attrs, content };
}
const normalAdf = (n) => adf(plain(n)[0]);

const storage = (s) => s.replace(/<ac:structured-macro ac:name="info" ac:schema-version="1">\s*<ac:rich-text-body>\s*<p>This page has been generated with a tool.<\/p>[\s\S]*?<\/ac:structured-macro>/, '')
  .replace(/<\/?(thead|tbody)>/g, '').replace(/<ol start="1">/g, '<ol>').replace(/<ac:parameter ac:name="language">none<\/ac:parameter>/g, '')
  .replace(/<ac:task-uuid>.*?<\/ac:task-uuid>/g, '').replace(/(color: )rgb\((\d+), ?(\d+), ?(\d+)\)/g, (_, c, ...v) => `${c}#${v.slice(0, 3).map((x) => Number(x).toString(16).padStart(2, '0')).join('')}`)
  .replace(/ data-[a-z-]+="[^"]*"/g, '').replace(/<(li|td|th|ac:task-body)>\s*<p>([^]*?)<\/p>\s*<\/\1>/g, '<$1>$2</$1>').replace(/>\s+</g, '><').replace(/\s+/g, ' ').trim();

// The blocks at the top of a page, and how many of theirs are in ours, in order.
const tags = /<!\[CDATA\[[^]*?\]\]>|<(\/?)[a-zA-Z][^>]*?(\/?)>/g;
function storageBlocks(page) {
  const blocks = [];
  let depth = 0, from = 0;
  for (const m of page.matchAll(tags)) {
    if (m[1] === undefined) continue;
    depth += m[1] ? -1 : m[2] ? 0 : 1;
    if (depth > 0) continue;
    blocks.push(page.slice(from, m.index + m[0].length).trim());
    from = m.index + m[0].length;
  }
  return blocks;
}
function inOrder(x, y) {
  let row = new Array(y.length + 1).fill(0);
  for (const a of x) {
    const next = [0];
    y.forEach((b, j) => next.push(a === b ? row[j] + 1 : Math.max(row[j + 1], next[j])));
    row = next;
  }
  return row.at(-1);
}

let failed = 0;
function score(kind, pairs, name, theirs, ours, blocks) {
  const found = theirs.map((t, i) => inOrder(blocks(t), blocks(ours[i]))).reduce((a, b) => a + b), all = theirs.flatMap(blocks).length;
  console.log(`Markdown to ${kind}: ${found} of ${all} top blocks equal after normalising`);
  const unlike = pairs.map(name).filter((_, i) => theirs[i] !== ours[i]);
  console.log(`Markdown to ${kind}: ${pairs.length - unlike.length} of ${pairs.length} equal after normalising`);
  for (const n of unlike) {
    console.log(`  ${n}: ${differing[kind][n] ?? 'NOT LISTED'}`);
    failed += differing[kind][n] === undefined;
  }
}
const a = read('adf/markdown-to-adf.json'), s = read('storage/markdown-to-storage.json');
score('adf', a, (p) => p.source.replace(/^md2conf /, ''), a.map((p) => JSON.stringify(normalAdf(p.adf))), convert('adf', a.map((p) => p.markdown)).map((t) => JSON.stringify(normalAdf(JSON.parse(t)))), (t) => JSON.parse(t).content.map((n) => JSON.stringify(n)));
score('storage', s, (p) => p.name, s.map((p) => storage(p.storage)), convert('storage', s.map((p) => p.markdown)).map(storage), storageBlocks);
process.exit(failed > 0 ? 1 : 0);
