// The part of ADF that wiki markup can say: fit(document) leaves out, unwraps or replaces the rest. README.md lists what and why.
// Words of ordinary texts, as issues have them, and hostile ones stand in generate_adf.mjs.
const inlineTypes = new Set(['text', 'hardBreak', 'mention', 'emoji', 'inlineCard']);
const keptMarks = new Set(['link', 'strong', 'em', 'strike', 'underline', 'subsup', 'textColor', 'code']);
const plainText = { date: 'Monday', status: 'done', placeholder: 'here', mediaInline: 'picture', inlineExtension: 'macro' };

const same = (a, b) => JSON.stringify(a ?? []) === JSON.stringify(b ?? []);
function inline(n) {
  if (n.type === 'emoji') return { type: 'emoji', attrs: { shortName: ':smiley:', id: '1f603', text: '😃' } };
  if (!inlineTypes.has(n.type)) return { type: 'text', text: plainText[n.type] };
  if (!n.marks) return n;
  const { marks, ...rest } = n;
  const kept = marks.filter((m) => keptMarks.has(m.type));
  return kept.length ? { ...rest, marks: kept } : rest;
}
function inlines(list) {
  const out = [];
  for (const n of list.map(inline)) {
    const last = out.at(-1);
    if (last?.type === 'emoji' && /^\w/.test(n.text ?? '')) out.push({ ...n, text: ` ${n.text}` });	// else the emoji is its character
    else if (n.type === 'text' && last?.type === 'text' && same(n.marks, last.marks)) last.text += ` ${n.text}`;
    else out.push({ ...n });
  }
  return out;
}
const paragraphOf = (n) => ({ type: 'paragraph', content: inlines(n.content) });
const isList = (n) => n.type === 'bulletList' || n.type === 'orderedList';
// in an item or a cell nothing can stand behind a list: it would be part of the list's last item
const upToList = (list) => list.slice(0, list.findIndex(isList) + 1 || list.length);

function tasks(n) {	// tasks and decisions are items; a list of tasks inside is a list of the item before it
  const items = [];
  for (const i of n.content) {
    if (i.type === 'taskList') items.at(-1).content.push(tasks(i));
    else items.push({ type: 'listItem', content: [paragraphOf(i)] });
  }
  for (const i of items) i.content = upToList(i.content);
  return { type: 'bulletList', content: items };
}
const panelType = (type) => (type === 'tip' ? 'success' : type);	// one colour

function picture(m) {	// a comma, a bar and an exclamation mark end an alternative text
  const { alt, ...attrs } = m.attrs, plain = alt?.replace(/[,!|{}]/g, '').trim();
  return { ...m, attrs: plain ? { ...attrs, alt: plain } : attrs };
}

function block(n) {
  switch (n.type) {
    case 'paragraph': return [paragraphOf(n)];
    case 'heading': return [{ type: n.type, attrs: n.attrs, content: inlines(n.content) }];
    case 'taskList': case 'decisionList': return [tasks(n)];
    case 'orderedList': case 'bulletList': return [{ type: n.type, content: n.content.map((i) => ({ type: 'listItem', content: upToList(blocks(i.content)) })) }];
    case 'blockquote': return [{ type: n.type, content: blocks(n.content) }];
    case 'panel': return [{ type: n.type, attrs: { panelType: panelType(n.attrs.panelType) }, content: blocks(n.content) }];
    case 'mediaSingle': return [{ ...n, content: [picture(n.content[0])] }];
    case 'table': return [{ type: n.type, content: n.content.map((r) => ({ type: r.type, content: r.content.map((c) => ({ type: c.type, attrs: {}, content: upToList(blocks(c.content)) })) })) }];
    case 'expand': case 'nestedExpand': case 'bodiedExtension': case 'layoutSection': case 'layoutColumn': return blocks(n.content);
    case 'codeBlock': return [/\{code[:}]/.test(n.content[0].text) ? { ...n, attrs: {} } : n];	// it is {noformat}, which has no language
    case 'extension': return [];
    default: return [n];	// code, rule, files, cards
  }
}
const blocks = (list) => list.flatMap(block);
export const fit = (doc) => {
  const content = blocks(doc.content);
  return { ...doc, content: content.length ? content : [{ type: 'paragraph', content: [{ type: 'text', text: 'x' }] }] };
};

// What Atlassian's converter, which is not Jira, can say of that: README.md has the inputs.
const noBlocks = { panel: new Set(['paragraph', 'heading', 'bulletList', 'orderedList']), blockquote: new Set(['paragraph', 'bulletList', 'orderedList', 'codeBlock']) };
const is = (n, mark) => n.marks?.some((m) => m.type === mark) ?? false;
function ordinaryText(n, inCell) {	// one mark; no signs that need a backslash in marked text; no bar in a cell
  let { text } = n;
  const marks = is(n, 'code') ? [{ type: 'code' }] : n.marks?.slice(0, 1);
  if (marks && marks[0].type !== 'code') text = text.replace(/[[\]{}*_+^~|\\]|[:;]?[)(]/g, '');
  if (inCell) text = text.replace(/\|/g, '/');
  return { ...n, text: text.trim() || 'x', ...(marks ? { marks } : {}) };
}
export function ordinary(n, inCell = false) {
  if (!n.content) return n;
  const cell = inCell || n.type === 'tableCell' || n.type === 'tableHeader';
  let content = n.content.map((c) => ordinary(c, cell));
  if (n.type === 'paragraph' || n.type === 'heading') {	// space between words and what is beside them
    content = content.map((c) => (c.type === 'text' ? ordinaryText(c, cell) : c))
      .flatMap((c, i, all) => (i > 0 && c.type !== 'hardBreak' && all[i - 1].type !== 'hardBreak' ? [{ type: 'text', text: ' ' }, c] : [c]));
    if (content.every((c) => c.type === 'hardBreak')) content = [{ type: 'text', text: 'x' }];
  }
  if (n.type === 'doc') content = content.filter((c, i) => c.type !== 'mediaGroup' || content.findIndex((d) => d.type === 'mediaGroup') === i);
  if (noBlocks[n.type]) content = content.map((c) => (noBlocks[n.type].has(c.type) ? c : { type: 'paragraph', content: [{ type: 'text', text: 'x' }] }));
  return { ...n, content };
}

const plain = ['alpha', 'the', 'page', 'does', 'not', 'load', 'for', 'users', 'of', 'this', 'project', 'please', 'see', 'error', 'log'];
export const words = [...plain, ...plain, ...plain, 'alpha', 'beta', 'Gamma delta', 'the quick brown fox', 'we saw', 'it fails', 'when', 'after 3 hours', 'in version 2.4.1', "it's", '"quoted"', '“q”', '—', 'é', '日本', '😀', '(really)', 'e.g.', 'i.e.', 'etc.', 'a/b', 'and/or',
  'https://a.example/b', 'https://a.example/b?c=d_e&f=1', 'a@b.example', '50%', '#12', 'PROJ-123', 'x = y', 'a < b', 'a -> b', 'a - b', 'well-known', 'snake_case_name', 'MAX_SIZE', 'f(x)', 'array[0]', '[draft]', '{name}', '${HOME}', 'C:\\dir\\file.txt', '--verbose', '-v', '*.log', '2 * 3', '1+1',
  'C++', '~/.config', 'a^2', 'Stop!', 'Why?', 'a & b', 'yes | no', '$x', 'key: value', 'a; b', 'TODO:', '1.', '1)', 'R&D', '__init__', 'user@host:/path', 'v1.2', '...', '10:30', '<b>', 'Vec<T>', '@ann', '`code`', ':)', '(x)'];
