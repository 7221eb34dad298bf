// Conversations: what a person asks, the calls that a model makes of it, and the exact answers, as Markdown pages that
// can be read (test/conversations/*.md). Each is held through a real MCP client (@modelcontextprotocol/client) on the demo
// site, whose clock and seed stand still.
//
//	Site: cloud | dc		before the first call
//	> words				what the person says; for the reader
//	### tool			a call: its arguments as JSON, then the answer in a fence of ~~~~
//	### tool fails			the same, and the answer is an error
//
// usage: node conversations.mjs [PART OF A NAME...]; UPDATE=1 writes the answers, to be read before they are committed.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { check, equal, fail, finish, that } from '../mcp/check.mjs';
import { cleanEnv, telamon } from '../mcp/session.mjs';
import { Site } from '../mcp/site.mjs';

const folder = new URL('../conversations/', import.meta.url);
const NOW = '2026-11-23T09:00:00Z';
const CALL = /^### (\w+)( fails)?\n\n?(\{.*\})\n\n?~~~~\n([^]*?)^~~~~$/gm;

function text(result, site) {
	const parts = result.content.map((c) => c.type === 'text' ? c.text : `[${c.type} ${c.mimeType ?? c.resource?.mimeType}]`);
	return `${parts.join('\n').replaceAll(site.url, 'https://SITE').replaceAll(new URL(site.url).host, 'SITE').trimEnd()}\n`;
}

async function hold(name, page) {
	const site = await Site.start(['--seed', '1', '--now', NOW, ...(/^Site: dc$/m.test(page) ? ['--dc'] : [])]);
	const client = new Client({ name: 'conversation', version: '1' }, { capabilities: {} });
	const answers = [];
	try {
		await client.connect(new StdioClientTransport({ command: telamon, args: ['serve'], env: cleanEnv({ TZ: 'UTC', ...site.env }), stderr: 'ignore' }));
		for (const [, tool, fails, args, want] of page.matchAll(CALL)) {
			const result = await client.callTool({ name: tool, arguments: JSON.parse(args) });
			const got = text(result, site);
			answers.push(got);
			equal(result.isError === true, fails !== undefined, `isError of ${tool}: ${got.slice(0, 300)}`);
			if (!process.env.UPDATE)
				equal(got, want, tool);
		}
	} finally {
		await client.close();
		await site.stop();
	}
	that(answers.length > 0, `${name} has no calls`);
	return answers;
}

const wanted = process.argv.slice(2);
for (const name of readdirSync(folder).filter((n) => n.endsWith('.md') && n !== 'README.md').sort()) {
	if (wanted.length > 0 && !wanted.some((w) => name.includes(w)))
		continue;
	const page = readFileSync(new URL(name, folder), 'utf8');
	await check(`conversation ${name}`, async () => {
		const calls = (page.replace(/^~~~~\n[^]*?^~~~~$/gm, '').match(/^### /gm) ?? []).length;
		const answers = await hold(name, page);
		if (answers.length !== calls)
			fail(`${calls} calls are written, ${answers.length} could be read`);
		if (process.env.UPDATE)
			writeFileSync(new URL(name, folder), page.replace(CALL, (all, tool, fails, args) => `### ${tool}${fails ?? ''}\n${args}\n~~~~\n${answers.shift()}~~~~`));
	});
}
finish();
