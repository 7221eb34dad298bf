// Random documents in our Markdown, one JSON string a line: node generate.mjs COUNT [SEED]. Nesting that ADF forbids included.
let seed = Number(process.argv[3] ?? 1) >>> 0;
const below = (n) => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 4294967296) * n);
};
const pick = (...a) => a[below(a.length)];
const words = ['alpha', 'beta', 'x_y', '2*3', 'a<b>', '[z]', '&amp;', '`q', '1.', '#', '|', '~', 'é', '日本', '\\', ':)', '@', 'https://a.example/b', '--', '!'];
const word = () => words[below(words.length)];
const text = () => Array.from({ length: 1 + below(4) }, word).join(' ');
const inline = () =>
  Array.from({ length: 1 + below(4) }, () =>
    pick(
      text, text, () => `**${text()}**`, () => `_${text()}_`, () => `~~${text()}~~`, () => `\`${text().replaceAll('`', '')}\``, () => `<u>${text()}</u>`,
      () => `[${text()}](${pick('https://x.example', '/a', 'page:T', 'foo.md', 'javascript:x', 'attachment:a b')})`, () => `![a](${pick('p.png', 'https://x.example/p.png')})`,
      () => `@[~${pick('5b:1', 'ann')}]`, () => '@[Ann]', () => `<status color="${pick('green', 'odd', 'red')}">${text()}</status>`, () => '<time>2026-02-28</time>',
      () => ':smile:', () => '<https://c.example>', () => '<macro-jira key="A-1"/>', () => '<br>', () => '<sup>2</sup>', () => '<span style="color:red">r</span>',
      () => '<placeholder>p</placeholder>', () => '<opaque id="abcdef" type="x"/>',
    )(),
  ).join(pick(' ', '', '\n'));
const indent = (s, by) => s.split('\n').map((l, i) => (i === 0 ? l : l === '' ? '' : ' '.repeat(by) + l)).join('\n');
const quote = (s) => s.split('\n').map((l) => (l === '' ? '>' : `> ${l}`)).join('\n');
const list = (depth, mark) => Array.from({ length: 1 + below(3) }, () => `${mark} ${indent(blocks(depth + 1, 2), mark.length + 1)}`).join('\n');
const block = (depth) =>
  depth > 4 ? inline() : pick(
    inline, inline, () => `${'#'.repeat(1 + below(6))} ${inline().replaceAll('\n', ' ')}`, () => list(depth, '-'), () => list(depth, `${1 + below(9)}.`), () => list(depth, '- [ ]'),
    () => list(depth, '- [!]'), () => `\`\`\`${pick('', 'js', 'macro-x a="b"')}\n${text()}\n\`\`\``, () => quote(blocks(depth + 1, 2)), () => quote(`[!${pick('NOTE', 'TIP', 'CAUTION', 'ODD')}]\n${blocks(depth + 1, 2)}`),
    () => '---', () => `| ${text()} | ${inline().replaceAll('\n', ' ')} |\n|---|:-:|\n| ${inline().replaceAll('\n', ' ')} | ${text()} |`,
    () => `<table><tr><th colspan="2">\n\n${blocks(depth + 1, 2)}\n\n</th></tr><tr><td>\n\n${blocks(depth + 1, 2)}\n\n</td><td>x</td></tr></table>`,
    () => `<details>\n<summary>${text()}</summary>\n\n${blocks(depth + 1, 3)}\n\n</details>`,
    () => `<layout>\n${Array.from({ length: 1 + below(6) }, () => `<column>\n\n${blocks(depth + 1, 2)}\n\n</column>`).join('\n')}\n</layout>`,
    () => `<macro-excerpt a="b">\n\n${blocks(depth + 1, 2)}\n\n</macro-excerpt>`, () => '<macro-toc/>', () => '[card](https://c.example)', () => '[embed](https://c.example)',
    () => '[a](attachment:a) [b](attachment:b)', () => '![](p.png "c")', () => '<div align="center">\n\ncentred\n\n</div>', () => '<opaque id="abcdef" type="x"/>',
  )(depth);
const blocks = (depth, max) => Array.from({ length: 1 + below(max) }, () => block(depth)).join('\n\n');
const count = Number(process.argv[2] ?? 1000);
for (let i = 0; i < count; i++) process.stdout.write(`${JSON.stringify(blocks(0, 5))}\n`);
