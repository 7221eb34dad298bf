// Texts of about 1 MB for text_bench: a page as people write them, and what the shared corpus holds, repeated.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const shared = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../../shared/corpus');
const MB = 1 << 20;

const words = ('the service reads its configuration from environment and files when it starts then opens a connection to each of the sites ' +
	'that are named there and waits for requests Every request has a deadline after which it is cancelled and reported to the client ' +
	'who may try again later The operator can see what every call waits for by asking the process').split(' ');

// The same numbers in every run.
function numbers(seed) {
	return (n) => {
		seed = (seed * 1103515245 + 12345) % 2147483648;
		return Math.floor(seed / 2147483648 * n);
	};
}

function sentence(below, strong, code, link) {
	const out = [];
	for (let n = 8 + below(14); n > 0; n--) {
		const w = words[below(words.length)];
		const kind = below(40);
		out.push(kind === 0 ? strong(w) : kind === 1 ? code(w) : kind === 2 ? link(w) : w);
	}
	return `${out.join(' ')}.`;
}

export function markdown() {
	const below = numbers(1);
	const line = () => sentence(below, (w) => `**${w}**`, (w) => `\`${w}\``, (w) => `[${w}](https://example.com/${w}/page?id=${below(1000)})`);
	const text = (n) => Array.from({ length: n }, line).join(' ');
	let s = '';
	for (let i = 1; s.length < MB; i++) {
		s += `## Section ${i}: ${words[below(words.length)]}\n\n${text(4)}\n\n${text(3)}\n\n`;
		s += `- ${text(1)}\n- ${text(1)}\n  - ${text(1)}\n- ${text(1)}\n\n`;
		s += `| name | value | remark |\n|---|---|---|\n${Array.from({ length: 5 }, (_, k) => `| key ${k} | ${below(1000)} | ${line()} |\n`).join('')}\n`;
		s += `\`\`\`sh\nmake -j2 check\n./run --port ${below(9999)} <input >output\n\`\`\`\n\n> [!NOTE]\n> ${text(2)}\n\n1. ${text(1)}\n2. ${text(1)}\n\n`;
	}
	return s;
}

export function storage() {
	const below = numbers(1);
	const line = () => sentence(below, (w) => `<strong>${w}</strong>`, (w) => `<code>${w}</code>`,
		(w) => `<a href="https://example.com/${w}/page?id=${below(1000)}">${w}</a>`);
	const text = (n) => Array.from({ length: n }, line).join(' ');
	let s = '';
	for (let i = 1; s.length < MB; i++) {
		s += `<h2>Section ${i}: ${words[below(words.length)]}</h2><p>${text(4)}</p><p>${text(3)}</p>`;
		s += `<ul><li><p>${text(1)}</p></li><li><p>${text(1)}</p><ul><li><p>${text(1)}</p></li></ul></li><li><p>${text(1)}</p></li></ul>`;
		s += `<table data-layout="default"><tbody><tr><th><p>name</p></th><th><p>value</p></th><th><p>remark</p></th></tr>${Array.from({ length: 5 },
			(_, k) => `<tr><td><p>key ${k}</p></td><td><p>${below(1000)}&nbsp;</p></td><td><p>${line()}</p></td></tr>`).join('')}</tbody></table>`;
		s += `<ac:structured-macro ac:name="code" ac:schema-version="1" ac:macro-id="m-${i}"><ac:parameter ac:name="language">bash</ac:parameter>` +
			`<ac:plain-text-body><![CDATA[make -j2 check\n./run --port ${below(9999)} <input >output]]></ac:plain-text-body></ac:structured-macro>`;
		s += `<ac:structured-macro ac:name="info" ac:schema-version="1" ac:macro-id="i-${i}"><ac:rich-text-body><p>${text(2)}</p></ac:rich-text-body>` +
			`</ac:structured-macro><ol><li><p>${text(1)}</p></li><li><p>${text(1)}</p></li></ol>`;
	}
	return s;
}

// null where the corpus is not there.
export function corpusMarkdown() {
	const file = path.join(shared, 'adf/markdown-to-adf.json');
	if (!existsSync(file))
		return null;
	const all = JSON.parse(readFileSync(file, 'utf8')).map((r) => r.markdown).join('\n\n');
	return `${all}\n\n`.repeat(Math.ceil(MB / all.length));
}

export function corpusStorage() {
	const dir = path.join(shared, 'storage/pages');
	if (!existsSync(dir))
		return null;
	const all = readdirSync(dir).sort().map((name) => readFileSync(path.join(dir, name), 'utf8')).join('\n');
	return `${all}\n`.repeat(Math.ceil(MB / all.length));
}
