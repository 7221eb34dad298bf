// Real MCP clients over stdio and over HTTP: each lists the tools, searches, reads an
// issue, creates one, reads it back, and sees the error of a call that fails.
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { check, equal, fail, finish, that } from '../mcp/check.mjs';
import { cleanEnv, deadline, run, scratch, start, telamon } from '../mcp/session.mjs';
import { Site } from '../mcp/site.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const bin = (name) => path.join(here, 'node_modules/.bin', name);
const home = scratch();
const MS = 60000;

// A command without arguments or environment: clients pass on neither alike.
function command(name, args, env) {
	const file = path.join(home, name), quote = (s) => `'${s.replaceAll("'", "'\\''")}'`;
	const set = Object.entries({ TELAMON_AUDIT: path.join(home, `${name}.log`), TELAMON_STATE_DIR: path.join(home, name + '.state'), ...env });
	writeFileSync(file, `#!/bin/sh\n${set.map(([k, v]) => `export ${k}=${quote(v)}`).join('\n')}\n` +
		`exec ${[telamon, ...args].map(quote).join(' ')}\n`);
	chmodSync(file, 0o755);
	return file;
}

const text = (result) => {
	const found = result.content?.find((c) => c.type === 'text')?.text;
	return typeof found === 'string' ? found : fail(`no text: ${JSON.stringify(result).slice(0, 200)}`);
};

async function program(args, env = {}) {
	const r = await run(process.execPath, args, { env: cleanEnv({ HOME: home, ...env }), cwd: home, ms: MS });
	return { ...r, json: () => {
		try {
			return JSON.parse(r.stdout);
		} catch {
			return fail(`exit ${r.code}, no JSON: ${(r.stdout + r.stderr).slice(0, 400)}`);
		}
	} };
}

// Each client: connect(server: { command } or { url }) gives
// { list(), call(name, args), close() };
// call gives { text, isError }.
const inspector = (extra, revision) => ({
	package: '@modelcontextprotocol/inspector', oneShot: true,
	async connect(server) {
		const target = server.url ? [server.url, '--transport', 'http'] : [server.command];
		const cli = (method, more = []) => program([bin('mcp-inspector'), '--cli', ...target, ...extra, '--method', method, ...more,
			'--format', 'json', '-q'], { MCP_INSPECTOR_SECRET_STORE: 'memory' });
		return {
			async list() {
				const hello = (await cli('initialize')).json().result;
				equal(hello.protocolVersion, revision, 'revision');
				equal((await cli('tools/list', ['--strict'])).code, 0, 'exit code of --strict');
				const r = await cli('tools/list');
				equal(r.code, 0, `exit code (${r.stderr.slice(0, 300)})`);
				return r.json().result.tools;
			},
			async call(name, args) {
				const r = await cli('tools/call', ['--tool-name', name, '--tool-args-json', JSON.stringify(args)]);
				const { result } = r.json();
				equal(r.code, result.isError ? 5 : 0, `exit code (${r.stderr.slice(0, 300)})`);
				return { text: text(result), isError: result.isError === true };
			},
			close() {},
		};
	},
});

const mcporter = {
	package: 'mcporter', oneShot: true,
	async connect(server) {
		const cli = (...args) => program([bin('mcporter'), ...args]);
		const target = [...(server.url ? ['--http-url', server.url, '--allow-http'] : ['--stdio', server.command]), '--name', 'atl'];
		return {
			async list() {
				const r = await cli('list', ...target, '--json');
				equal([r.code, r.json().status], [0, 'ok'], 'exit code and status');
				return r.json().tools;
			},
			async call(name, args) {
				const r = await cli('call', ...target, name, '--args', JSON.stringify(args), '--output', 'json');
				const result = r.json();
				equal(r.code === 0, result.isError !== true, 'exit code tells of the error');
				return { text: text(result), isError: result.isError === true };
			},
			close() {},
		};
	},
};

const sdk1 = {
	package: '@modelcontextprotocol/sdk',
	async connect(server) {
		const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
		const { StdioClientTransport } = await import('@modelcontextprotocol/sdk/client/stdio.js');
		const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
		const client = new Client({ name: 'test', version: '1' }, { capabilities: { elicitation: { form: {}, url: {} }, roots: {} } });
		await client.connect(server.url ? new StreamableHTTPClientTransport(new URL(server.url)) :
			new StdioClientTransport({ command: server.command, stderr: 'ignore' }));
		return {
			async list() {
				equal(await client.ping(), {}, 'ping');
				equal(client.getServerVersion().name, 'telamon', 'server');
				return (await client.listTools()).tools;
			},
			async call(name, args) {
				const result = await client.callTool({ name, arguments: args });
				return { text: text(result), isError: result.isError === true };
			},
			close: () => client.close(),
		};
	},
};

const client2 = (versionNegotiation, era) => ({
	package: '@modelcontextprotocol/client',
	async connect(server) {
		const { Client, StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
		const { StdioClientTransport } = await import('@modelcontextprotocol/client/stdio');
		const client = new Client({ name: 'test', version: '1' }, { capabilities: { elicitation: { form: {} } },
			...(versionNegotiation === undefined ? {} : { versionNegotiation }) });
		await client.connect(server.url ? new StreamableHTTPClientTransport(new URL(server.url)) :
			new StdioClientTransport({ command: server.command, stderr: 'ignore' }));
		return {
			async list() {
				equal(client.getProtocolEra(), era, 'era');
				return (await client.listTools()).tools;
			},
			async call(name, args) {
				const result = await client.callTool({ name, arguments: args });
				return { text: text(result), isError: result.isError === true };
			},
			close: () => client.close(),
		};
	},
});

const aiSdk = {
	package: '@ai-sdk/mcp',
	async connect(server) {
		const { createMCPClient } = await import('@ai-sdk/mcp');
		const { Experimental_StdioMCPTransport: Transport } = await import('@ai-sdk/mcp/mcp-stdio');
		const client = await createMCPClient({ transport: server.url ? { type: 'http', url: server.url } :
			new Transport({ command: server.command, stderr: 'ignore' }) });
		const tools = await client.tools();
		return {
			list: async () => Object.entries(tools).map(([name, t]) => ({ name, description: t.description })),
			async call(name, args) {
				const result = await tools[name].execute(args, { messages: [], toolCallId: '1' });
				return { text: text(result), isError: result.isError === true };
			},
			close: () => client.close(),
		};
	},
};

const clients = {
	'inspector --cli, legacy': inspector([], '2025-11-25'),
	'inspector --cli, auto': inspector(['--protocol-era', 'auto'], '2026-07-28'),
	'inspector --cli, modern': inspector(['--protocol-era', 'modern'], '2026-07-28'),
	'sdk 1.x': sdk1,
	'client 2.x, legacy': client2(undefined, 'legacy'),
	'client 2.x, auto': client2({ mode: 'auto' }, 'modern'),
	'client 2.x, pinned': client2({ mode: { pin: '2026-07-28' } }, 'modern'),
	'@ai-sdk/mcp': aiSdk,
	'mcporter': mcporter,
};

async function exercise(name, client, server) {
	const one = (what, fn) => check(`${name}: ${what}`, () => deadline(fn(), what, 3 * MS));
	let c = null;
	await one('connects', async () => { c = await client.connect(server); });
	if (c === null)
		return;
	await one(`lists the tools${name.startsWith('inspector') ? ', --strict finds nothing' : ''}`, async () => {
		const tools = await c.list(), names = tools.map((t) => t.name);
		for (const wanted of ['jira_search', 'jira_get_issue', 'jira_create_issue'])
			that(names.includes(wanted), `${wanted} is missing in ${names.join(' ')}`);
		that(tools.every((t) => typeof t.description === 'string'), 'a tool without description');
	});
	let found;
	await one('jira_search', async () => {
		const r = await c.call('jira_search', { jql: 'project = OPS ORDER BY key', limit: 3 });
		equal(r.isError, false, r.text);
		found = /^(OPS-\d+)\|/m.exec(r.text)?.[1] ?? fail(`no issue in: ${r.text.slice(0, 200)}`);
	});
	await one('jira_get_issue', async () => {
		const r = await c.call('jira_get_issue', { issue_key: found });
		that(!r.isError && r.text.startsWith(`# ${found} `), r.text.slice(0, 300));
	});
	const summary = `Made by ${name}: ü 😀 "quoted" 'and' $HOME`;
	let key;
	await one('jira_create_issue', async () => {
		const r = await c.call('jira_create_issue', { project_key: 'OPS', summary, description: 'Line one\n\nLine **two**', labels: ['made-here'] });
		key = /^Created (OPS-\d+)/.exec(r.text)?.[1] ?? fail(r.text.slice(0, 300));
		equal(r.isError, false, 'isError');
	});
	await one('reads it back', async () => {
		const r = await c.call('jira_get_issue', { issue_key: key });
		that(r.text.startsWith(`# ${key} ${summary}\n`), r.text.slice(0, 300));
		for (const part of ['made-here', 'Line one', 'Line **two**'])
			that(r.text.includes(part), `${part} is missing: ${r.text.slice(0, 600)}`);
	});
	await one('sees an error of a tool', async () => {
		const r = await c.call('jira_get_issue', { issue_key: 'OPS-99999' });
		that(r.isError && /does not exist/.test(r.text), r.text.slice(0, 300));
	});
	await one('ends', async () => { await c.close(); });
}

// telamon serve --http with the demo site: { url, stop() }.
async function overHttp() {
	const child = start(telamon, ['serve', '--http', '127.0.0.1:0', '--sandbox'], { env: cleanEnv(), stdio: ['ignore', 'pipe', 'pipe'] });
	const url = await deadline(new Promise((resolve, reject) => {
		let text = '';
		for (const stream of [child.stdout, child.stderr])
			stream.setEncoding('utf8').on('data', (s) => {
				text += s;
				const at = /http:\/\/127\.0\.0\.1:\d+\/mcp/.exec(text);
				if (at !== null)
					resolve(at[0]);
			});
		child.exited.then((end) => reject(new Error(`telamon serve --http ended: ${end.code} ${text}`)));
	}), 'telamon serve --http');
	return { url, stop: async () => {
		child.kill('SIGTERM');
		const end = await deadline(child.exited, 'the end of telamon serve --http', MS);
		equal(end.code, 0, 'exit code of telamon serve --http');
	} };
}

const wanted = process.argv.slice(2);
const isWanted = (name) => wanted.length === 0 || wanted.some((w) => name.includes(w));
const site = await Site.start();
try {
	const demo = command('demo', ['serve', '--sandbox'], {}), shared = command('shared', [], site.env);
	for (const [name, client] of Object.entries(clients))
		if (isWanted(`${name}, stdio`))
			// A client that starts the server anew for each call reads back from a site that outlives it.
			await exercise(`${name}, stdio`, client, { command: client.oneShot ? shared : demo });
} finally {
	await site.stop();
}
const http = await overHttp();
for (const [name, client] of Object.entries(clients))
	if (isWanted(`${name}, HTTP`))
		await exercise(`${name}, HTTP`, client, { url: http.url });
if (isWanted('mcp-remote, HTTP')) {
	// A bridge for clients that speak stdio only: node and its script as one command.
	const bridge = path.join(home, 'bridge'), quote = (s) => `'${s}'`;
	writeFileSync(bridge, `#!/bin/sh\nexport HOME=${quote(home)}\nexec ${[process.execPath, bin('mcp-remote'), http.url, '--transport', 'http-only',
		'--allow-http'].map(quote).join(' ')}\n`);
	chmodSync(bridge, 0o755);
	await exercise('sdk 1.x through mcp-remote, HTTP', sdk1, { command: bridge });
}
await check('telamon serve --http ends in order', http.stop);
finish();
