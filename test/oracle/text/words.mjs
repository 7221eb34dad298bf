// The Markdown of ADF documents, read by another reader (micromark with GitHub's extensions): are the words all there, in order, each
// bold, emphasised, struck out or code as it was? node words.mjs PROGRAM [SHOWN] < documents of generate_adf.mjs. Prints how many differ,
// shown in full and as models see it (--plain). What is no text is left out, and www. and mail addresses, which GitHub makes links of.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfm } from 'micromark-extension-gfm';
import { gfmFromMarkdown } from 'mdast-util-gfm';

const [program, shown = 3] = process.argv.slice(2);
const noText = ['mention', 'emoji', 'date', 'status', 'inlineCard', 'inlineExtension', 'placeholder', 'mediaInline', 'mediaSingle', 'mediaGroup', 'blockCard', 'extension'];
const only = (n) => (n.content ? { ...n, content: n.content.filter((c) => !noText.includes(c.type)).map(only) } : n);
const docs = readFileSync(0, 'utf8').trim().replaceAll('www.a.example', 'wwwaexample').replaceAll('a@b.example', 'a-b-example').split('\n').map((l) => only(JSON.parse(JSON.parse(l))));
const labels = { info: 'NOTE', note: 'IMPORTANT', tip: 'TIP', success: 'SUCCESS', warning: 'WARNING', error: 'CAUTION' };
const letters = { strong: 'b', em: 'i', emphasis: 'i', del: 's', strike: 's', delete: 's', code: 'c', inlineCode: 'c' };

let said = [];	// each character with its marks
const say = (text, marks = []) => said.push(...[...text.replace(/\s/g, '')].map((c) => c + [...new Set(marks)].sort().join('')));
function sayAdf(n) {
  if (n.type === 'text') say(n.text, (n.marks ?? []).map((m) => letters[m.type]).filter(Boolean));
  else if (n.type === 'codeBlock') say(n.content.map((c) => c.text).join(''), ['C']);
  else {
    if (n.type === 'panel') say(`[!${labels[n.attrs.panelType]}]`);
    if (n.type === 'decisionItem') say('[!]');
    if (n.type === 'expand') say(n.attrs.title, ['T']);
    (n.content ?? []).forEach(sayAdf);
  }
}
const decoded = (t) => t.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&amp;/g, '&');
function sayMarkdown(nodes, marks, tags) {
  for (const n of nodes) {
    if (n.type === 'html') {
      const title = n.value.includes('<summary>');
      for (const [, close, tag, text] of n.value.replace(/<!--.*?-->/gs, '').matchAll(/<(\/?)([a-z-]+)[^>]*>|([^<]+)/g)) {
        if (text) say(decoded(text), title ? ['T'] : tags);
        else if (letters[tag] && close) tags.splice(tags.lastIndexOf(letters[tag]), 1);
        else if (letters[tag]) tags.push(letters[tag]);
      }
    } else if (n.type === 'text') say(n.value, [...marks, ...tags]);
    else if (n.type === 'inlineCode') say(n.value, [...marks, ...tags, 'c']);
    else if (n.type === 'code') say(n.value, ['C']);
    else if (n.children) sayMarkdown(n.children, letters[n.type] ? [...marks, letters[n.type]] : marks, ['paragraph', 'heading', 'tableCell'].includes(n.type) ? [] : tags);
  }
}
let most = 0;
for (const mode of [[], ['--plain']]) {
  const input = docs.map((d) => `${JSON.stringify(JSON.stringify(d))}\n`).join('');
  const { stdout } = spawnSync(program, ['convert', '--from', 'adf', '--to', 'md', '--lines', ...mode], { input, encoding: 'utf8', maxBuffer: 1 << 29 });
  let differ = 0;
  stdout.trim().split('\n').forEach((l, i) => {
    said = [];
    sayAdf(docs[i]);
    const was = said;
    said = [];
    sayMarkdown(fromMarkdown(JSON.parse(l).ok, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }).children, [], []);
    if (was.join(' ') === said.join(' ')) return;
    differ += 1;
    if (differ > Number(shown)) return;
    const at = was.findIndex((c, k) => c !== said[k]);
    console.log(`document ${i + 1}${mode}\n  was ${was.slice(Math.max(0, at - 12), at + 20).join(' ')}\n  is  ${said.slice(Math.max(0, at - 12), at + 20).join(' ')}`);
  });
  console.log(`words of ADF in Markdown${mode.length ? ' as models see it' : ''}: ${differ} of ${docs.length} documents differ`);
  most = Math.max(most, differ);
}
process.exit(most * 1000 > docs.length ? 1 : 0);
