// Random valid ADF documents of the vocabulary that our Markdown says, with hostile texts, one JSON string a line:
// node generate_adf.mjs COUNT [SEED [wiki|wiki-ordinary]]. Texts are canonical: neighbours with the same marks are one. wiki: only
// what wiki markup can say; wiki-ordinary: also in words of ordinary texts, and without what Atlassian's converter cannot read.
import { fit, ordinary, words as ordinaryWords } from './wiki_vocabulary.mjs';
const vocabulary = process.argv[4];
let seed = Number(process.argv[3] ?? 1) >>> 0;
const below = (n) => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 4294967296) * n);
};
const pick = (...a) => a[below(a.length)];
const some = (min, max, make) => Array.from({ length: min + below(max - min + 1) }, make);
const maybe = (value) => (below(3) === 0 ? value() : {});

const hostile = ['alpha', 'beta', 'Gamma delta', 'x_y', '_z', '2*3', '**', '*', '__', '~', '~~', '`', '``', 'a<b>', '<b>', '</td>', '[z]', '](u)', '![', '&amp;', '&', '&#32;', '1.', '1)', '#', '##', '|', '>', '+', '-', '--', '---', '===',
  '!', '!!!', '[!NOTE]', '[ ]', '[x]', '- [x]', '\\', '\\\\', ':)', ':smile:', ':', '@', '@[', '@[Ann]', 'é', '日本', '“q”', '—', 'https://a.example/b', 'http://', 'www.a.example', 'a@b.example', '<https://c.example>', '<!-- -->', '{code}', '$x$', '    ', '\t',
  'https://a.example/b_c_d', 'C:\\dir', '#1', 'e.g.', '"q"', "it's", '(p)', 'x  y', ' ', '😀', '%', '^', '=', '/', '?', ';', ',', '.'];
const words = vocabulary === 'wiki-ordinary' ? ordinaryWords : hostile;
const raw = () => some(1, 4, () => words[below(words.length)]).join(vocabulary === 'wiki-ordinary' ? ' ' : pick(' ', ' ', ' ', ''));
const text = () => pick('', '', '', '', '', ' ') + raw() + pick('', '', '', '', '', ' ');
const title = () => raw().trim() || 't';
const href = () => pick('https://x.example', 'https://x.example/a_b?c=d&e=*f*#g', 'https://x.example/(a)b', 'https://x.example/a b', 'mailto:a@b.example', '/wiki/x', '#here');
const color = () => pick('#ff5630', '#36b37e', '#000000');

const order = ['link', 'strong', 'em', 'strike', 'underline', 'subsup', 'textColor', 'backgroundColor', 'code'];
const marks = () => {
  if (below(2)) return undefined;
  if (below(6) === 0) return [...(below(3) ? [] : [{ type: 'link', attrs: { href: href() } }]), { type: 'code' }];
  const all = some(1, 3, () => pick({ type: 'strong' }, { type: 'strong' }, { type: 'em' }, { type: 'em' }, { type: 'strike' }, { type: 'underline' }, { type: 'subsup', attrs: { type: pick('sub', 'sup') } },
    { type: 'textColor', attrs: { color: color() } }, { type: 'backgroundColor', attrs: { color: color() } }, { type: 'link', attrs: { href: href(), ...maybe(() => ({ title: title() })) } }));
  const set = new Map(all.map((m) => [m.type, m]));
  return [...set.values()].sort((a, b) => order.indexOf(a.type) - order.indexOf(b.type));
};
const macro = (type, more) => ({ type, attrs: { extensionType: 'com.atlassian.confluence.macro.core', extensionKey: pick('toc', 'jira', 'excerpt'),
  ...maybe(() => ({ parameters: { macroParams: { [pick('key', 'maxLevel', 'a-b')]: { value: raw() } } } })) }, ...more });
const file = () => pick({ type: 'file', id: pick('a b.png', 'p.png', 'ü.pdf'), collection: '' }, { type: 'external', url: pick('https://x.example/p.png', 'https://x.example/a b_c_.png') });
const media = () => ({ type: 'media', attrs: { ...file(), ...maybe(() => ({ alt: title() })) } });
const atom = () => pick(
  () => ({ type: 'hardBreak' }), () => ({ type: 'mention', attrs: { id: pick('5b10:ab-cd', 'ann'), text: pick('@Ann Lee', '@a_b [c]') } }),
  () => ({ type: 'emoji', attrs: { shortName: ':smile:', id: '1f604', text: '😄' } }), () => ({ type: 'date', attrs: { timestamp: pick('1764547200000', '951782400000') } }),
  () => ({ type: 'status', attrs: { text: title(), color: pick('neutral', 'green', 'red') } }), () => ({ type: 'inlineCard', attrs: { url: pick('https://c.example', 'https://c.example/a_b_?c=*d*') } }),
  () => macro('inlineExtension'), () => ({ type: 'placeholder', attrs: { text: title() } }), () => ({ type: 'mediaInline', attrs: { ...file(), type: 'file', id: 'p.png', url: undefined, collection: '' } }),
)();
const same = (a, b) => JSON.stringify(a ?? []) === JSON.stringify(b ?? []);
function inlines(max = 5, plain = false) {
  const out = [];
  for (const n of some(1, max, () => (!plain && below(5) === 0 ? atom() : { type: 'text', text: text(), marks: plain ? undefined : marks() }))) {
    const last = out.at(-1);
    if (n.type === 'text' && last?.type === 'text' && same(n.marks, last.marks)) last.text += vocabulary === 'wiki-ordinary' ? ` ${n.text}` : n.text;
    else out.push(n);
  }
  return out;
}
const aligned = () => maybe(() => ({ marks: [{ type: 'alignment', attrs: { align: pick('center', 'end') } }] }));
const paragraph = () => {	// one without anything to see is not shown
  const content = inlines();
  return { type: 'paragraph', content: content.some((n) => n.type === 'text' ? n.text.trim() || n.marks?.some((m) => m.type === 'code') : n.type !== 'hardBreak') ? content : [{ type: 'text', text: 'x' }] };
};
const para = (d) => (d === 0 ? { ...paragraph(), ...aligned() } : paragraph());
const single = () => ({ type: 'mediaSingle', attrs: { layout: 'center' }, content: [media(), ...(below(3) ? [] : [{ type: 'caption', content: inlines(2, true) }])] });
// the parser says tabs in spaces where a code block begins with lines of white space
const lines = () => some(1, 3, () => pick(raw(), '```', '    x', '\tx', '')).join('\n').replace(/^(?:[ \t]*\n)*[ \t]*\t[ \t]*(?=\n|$)/, 'x') || 'x';
const code = () => ({ type: 'codeBlock', attrs: maybe(() => ({ language: pick('js', 'c++', 'sql') })), content: [{ type: 'text', text: lines() }] });
const lists = (d) => [() => bullets(d), () => ordered(d)];
const cellParagraph = () => ({ ...paragraph(), ...aligned() });
const item = (d) => ({ type: 'listItem', content: [pick(paragraph, paragraph, paragraph, code, single)(), ...(d < 3 ? some(0, 1, () => pick(paragraph, code, ...lists(d + 1))()) : [])] });
const bullets = (d) => ({ type: 'bulletList', content: some(1, 3, () => item(d)) });
const ordered = (d) => ({ type: 'orderedList', attrs: { order: pick(1, 1, 3, 10) }, content: some(1, 3, () => item(d)) });
const task = () => ({ type: 'taskItem', attrs: { localId: '', state: pick('TODO', 'DONE') }, content: inlines(3) });
const tasks = (d = 0) => ({ type: 'taskList', attrs: { localId: '' }, content: [task(), ...some(0, 2, () => (d < 2 && below(3) === 0 ? tasks(d + 1) : task()))] });
const decisions = () => ({ type: 'decisionList', attrs: { localId: '' }, content: some(1, 2, () => ({ type: 'decisionItem', attrs: { localId: '', state: 'DECIDED' }, content: inlines(3) })) });
const rule = () => ({ type: 'rule' });
const heading = () => ({ type: 'heading', attrs: { level: 1 + below(6) }, content: inlines(3) });
const quote = () => ({ type: 'blockquote', content: some(1, 2, () => pick(paragraph, paragraph, code, ...lists(2))()) });
const panel = () => ({ type: 'panel', attrs: { panelType: pick('info', 'note', 'tip', 'success', 'warning', 'error') }, content: some(1, 3, () => pick(paragraph, paragraph, heading, rule, code, ...lists(2))()) });
const within = (d) => pick(paragraph, paragraph, heading, code, panel, quote, rule, single, tasks, decisions, card, ...lists(d + 1))();
const cell = (type) => ({ type, attrs: below(8) ? {} : { colspan: 2 }, content: below(4) ? [cellParagraph()] : some(1, 2, () => pick(paragraph, code, heading, panel, quote, single, tasks, ...lists(2))()) });
const table = () => {
  const columns = 1 + below(3), head = below(3), simple = below(2) === 0;
  const one = (type) => (simple ? { type, attrs: {}, content: [cellParagraph()] } : cell(type));
  return { type: 'table', content: some(1, 3, (_, r) => ({ type: 'tableRow', content: Array.from({ length: columns }, (_u, c) => one((head > 0 && r === 0) || (head > 1 && c === 0) ? 'tableHeader' : 'tableCell')) })) };
};
const expand = (type = 'expand') => ({ type, attrs: { title: title() }, content: some(1, 3, () => pick(paragraph, paragraph, heading, code, panel, quote, rule, single, ...lists(1))()) });
const card = () => pick({ type: 'blockCard', attrs: { url: 'https://c.example/x_y_' } });
const layout = () => pick([50, 50], [33.33, 66.66], [25, 50, 25]).map((width) => ({ type: 'layoutColumn', attrs: { width }, content: some(1, 2, () => pick(paragraph, heading, code, table, panel, expand, ...lists(1))()) }));
const block = () => pick(
  () => para(0), () => para(0), () => ({ ...heading(), ...aligned() }), () => bullets(0), () => ordered(0), tasks, decisions, code, quote, panel, rule, table, table, expand, single,
  () => ({ type: 'mediaGroup', content: some(1, 2, () => ({ type: 'media', attrs: { type: 'file', id: pick('a b.pdf', 'c.zip'), collection: '' } })) }),
  card, () => macro('extension'), () => macro('bodiedExtension', { content: some(1, 2, () => within(1)) }), () => ({ type: 'layoutSection', content: layout() }),
)();
const count = Number(process.argv[2] ?? 1000);
const said = { wiki: fit, 'wiki-ordinary': (doc) => ordinary(fit(doc)) }[vocabulary] ?? ((doc) => doc);
for (let i = 0; i < count; i++) process.stdout.write(`${JSON.stringify(JSON.stringify(said({ type: 'doc', version: 1, content: some(1, 4, block) })))}\n`);
