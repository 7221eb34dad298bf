// Measures and prints one table: row, budget, value, verdict. Every value comes from
// this run. The calls go to a C stub (upstream.c) that answers with what the demo site
// answered a moment before; tokens and answers come from the demo site itself.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanEnv, deadline, scratch, start, telamon, withSession } from '../mcp/session.mjs';
import { Site } from '../mcp/site.mjs';
import * as texts from './texts.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const dir = scratch(), budgets = JSON.parse(readFileSync(path.join(here, 'budgets.json'), 'utf8'));
const values = {}, notes = [];

const sorted = (list) => [...list].sort((a, b) => a - b);
const median = (list) => sorted(list)[list.length >> 1];
const shown = (v) => typeof v !== 'number' ? String(v) : Number.isInteger(v) ? String(v) : v.toFixed(v < 10 ? 2 : 1);

function compile(name, flags = []) {
	const out = path.join(dir, name);
	const cc = spawnSync(process.env.CC ?? 'cc', ['-std=c11', '-D_GNU_SOURCE', '-O2', '-Wall', '-Wextra', ...flags, '-o', out,
		path.join(here, `${name}.c`)], { encoding: 'utf8' });
	if (cc.status !== 0)
		throw new Error(`${name}.c: ${cc.stderr}`);
	return out;
}

let drive;
// Runs drive; its lines as { name: [numbers] }.
function measure(args, env = {}) {
	const r = spawnSync(drive, args.map(String), { encoding: 'utf8', maxBuffer: 1 << 26, timeout: 120000,
		env: cleanEnv({ TELAMON_AUDIT: 'off', ...env }), stdio: ['ignore', 'pipe', 'pipe'] });
	if (r.status !== 0)
		throw new Error(`drive ${args.join(' ')}: ${r.stderr || r.error || r.signal}`);
	return Object.fromEntries(r.stdout.trim().split('\n').map((l) => l.split(' ')).map(([name, ...v]) => [name, v.map(Number)]));
}

function starting() {
	const floor = compile('floor', ['-static']);
	// Of five rounds the one in which the floor was least disturbed: others' work on the machine is not chosen by what
	// it makes of us. In it, the worse of the medians' ratio and the ratio of the least counts, as a busy machine adds the
	// same to both and hides the difference.
	const rounds = Array.from({ length: 5 }, () => measure(['start', 40, floor, telamon, 'serve']));
	const r = rounds.sort((a, b) => median(a.floor) - median(b.floor))[0];
	values.start_ratio = Math.max(median(r.ours) / median(r.floor), sorted(r.ours)[0] / sorted(r.floor)[0]);
	notes.push(`start: ${(median(r.ours) / 1000).toFixed(2)} ms, floor ${(median(r.floor) / 1000).toFixed(2)} ms (medians of ${r.ours.length}, the calmest of five rounds), ${(median(r.ours) / median(r.floor)).toFixed(2)} x; ` +
		`least ${(sorted(r.ours)[0] / 1000).toFixed(2)} and ${(sorted(r.floor)[0] / 1000).toFixed(2)} ms, ` +
		`${(sorted(r.ours)[0] / sorted(r.floor)[0]).toFixed(2)} x`);
}

async function tokens() {
	const { countTokens } = createRequire(import.meta.url)('gpt-tokenizer/encoding/o200k_base');
	for (const [name, env] of [['default', {}], ['all', { TOOLSETS: 'all' }]])
		await withSession({ args: ['--sandbox'], env }, async (s) => {
			const { tools } = (await s.request('tools/list')).result;
			const seen = (t) => JSON.stringify({ name: t.name, description: t.description, inputSchema: t.inputSchema });
			if (name === 'default')
				values.list_tools_default = tools.length;
			values[`list_tokens_${name}_wire`] = countTokens(s.raw.at(-1));
			values[`list_tokens_${name}_seen`] = countTokens(`[${tools.map(seen).join(',')}]`);
			if (name === 'all') {
				const jira = tools.filter((t) => t.name.startsWith('jira_'));
				values.list_tokens_per_tool = jira.reduce((n, t) => n + countTokens(seen(t)), 0) / jira.length;
				notes.push(`${tools.length} tools in all, ${jira.length} of Jira`);
			}
			if (name === 'all')
				notes.push(`tokens by tool, as seen: ${tools.map((t) => `${t.name} ${countTokens(seen(t))}`).join(', ')}`);
		});
	await withSession({ args: ['--sandbox'], env: { TOOLSETS: 'all' } }, async (s) => {
		await s.initialize('2025-11-25', { name: 'claude-code', version: '1' });	// a client that takes 75 kB
		const hits = await s.text('jira_search', { jql: 'project = OPS ORDER BY key', limit: 50 });
		const rows = hits.split('\n').filter((l) => /^OPS-\d+\|/.test(l));
		if (rows.length !== 50)
			throw new Error(`the search gave ${rows.length} rows`);
		values.search_tokens = countTokens(hits);
		const page = await s.text('confluence_get_page', { page_id: '65888' });
		const storage = await s.text('confluence_get_page', { page_id: '65888', content_format: 'storage' });
		if (/^More/m.test(page))
			throw new Error('the reference page was cut');
		values.page_tokens = countTokens(page);
		values.page_tokens_ratio = countTokens(page) / countTokens(storage);
		notes.push(`page: ${storage.length} bytes of storage format, ${page.length} of Markdown`);
		const alone = spawnSync(telamon, ['call', 'confluence_get_page', '--page_id', '65888', '--sandbox'],
			{ env: cleanEnv({ TELAMON_AUDIT: 'stderr' }), encoding: 'utf8' });
		values.page_requests = JSON.parse(alone.stderr.split('\n')[0]).requests;
		for (const n of [26, 27])	// the demo site has three
			await s.text('jira_create_sprint', { board_id: '1', name: `SHOP Sprint ${n}`, start_date: `2026-12-${n - 10}`, end_date: `2026-12-${n + 2}` });
		const sprints = await s.text('jira_get_sprints_from_board', { board_id: '1' });
		if (sprints.split('\n').filter((l) => /^\d+\|/.test(l)).length !== 5)
			throw new Error(`the board gave other than five sprints: ${sprints}`);
		values.sprints_tokens = countTokens(sprints);
		// All issues that have five comments; the middle one is the standard.
		const found = [];
		for (const key of rows.map((l) => l.split('|')[0])) {
			const text = await s.text('jira_get_issue', { issue_key: key });
			const comments = [...text.matchAll(/^\*\*.+\*\* \d{4}-\d\d-\d\d \d\d:\d\d$/gm)].length;
			if (comments === 5)
				found.push({ key, tokens: countTokens(text) });
		}
		if (found.length === 0)
			throw new Error('no issue of the demo site has five comments');
		const middle = found.sort((a, b) => a.tokens - b.tokens)[found.length >> 1];
		values.issue_tokens = middle.tokens;
		notes.push(`issue: ${middle.key}, the middle of ${found.length} with 5 comments (${found[0].tokens} to ${found.at(-1).tokens} tokens)`);
	});
}

// The payloads that the calls get: recorded from the demo site through a call each.
async function record() {
	const site = await Site.start();
	const files = {};
	try {
		const authorization = `Basic ${Buffer.from(`${site.env.JIRA_USERNAME}:${site.env.JIRA_API_TOKEN}`).toString('base64')}`;
		const get = async (what, url, init = {}) => {
			const r = await fetch(site.url + url, { ...init, headers: { authorization, 'content-type': 'application/json' } });
			if (r.status !== 200)
				throw new Error(`${url}: ${r.status} ${await r.text()}`);
			files[what] = path.join(dir, `${what}.json`);
			writeFileSync(files[what], await r.text());
			return JSON.parse(readFileSync(files[what], 'utf8'));
		};
		const search = await get('search', '/rest/api/3/search/jql', { method: 'POST', body: JSON.stringify({ jql: 'project = OPS AND comment is not EMPTY',
			maxResults: 50, fields: ['summary', 'status', 'priority', 'assignee', 'updated', 'comment'] }) })
			.catch(() => get('search', '/rest/api/3/search/jql', { method: 'POST', body: JSON.stringify({ jql: 'project = OPS', maxResults: 50,
				fields: ['summary', 'status', 'priority', 'assignee', 'updated', 'comment'] }) }));
		const five = search.issues.find((i) => i.fields.comment?.total === 5) ?? search.issues[0];
		await get('issue', `/rest/api/3/issue/${five.key}?fields=*all,-worklog&expand=names,schema`);
		await get('search', '/rest/api/3/search/jql', { method: 'POST', body: JSON.stringify({ jql: 'project = OPS', maxResults: 50,
			fields: ['summary', 'status', 'priority', 'assignee', 'updated'] }) });
		await get('field', '/rest/api/3/field');
	} finally {
		await site.stop();
	}
	return files;
}

async function upstream(files, paths = []) {
	const child = start(compile('upstream'), [files.issue, files.search, `/rest/api/3/field=${files.field}`, ...paths],
		{ stdio: ['pipe', 'pipe', 'inherit'] });
	const port = await deadline(new Promise((resolve) => child.stdout.setEncoding('utf8').on('data', (s) => resolve(Number(s)))), 'upstream');
	const ask = async (what) => (await fetch(`http://127.0.0.1:${port}/bench/${what}`)).json();
	const stop = async () => {
		child.stdin.end();
		await deadline(child.exited, 'the end of upstream');
	};
	const env = { JIRA_URL: `http://127.0.0.1:${port}`, JIRA_USERNAME: 'a@example.com', JIRA_API_TOKEN: 'token', JIRA_DEPLOYMENT: 'cloud' };
	return { port, ask, stop, env };
}

async function requests(u) {
	for (const [name, tool, args] of [['issue_requests', 'jira_get_issue', { issue_key: 'OPS-1' }],
		['search_requests', 'jira_search', { jql: 'project = OPS', limit: 50 }]]) {
		const before = (await u.ask('stats')).requests;
		await withSession({ env: u.env }, async (s) => { await s.text(tool, args); });
		values[name] = (await u.ask('stats')).requests - before;
	}
}

const WINDOWS = 6, WINDOW_MS = 700;

async function calls(u) {
	const best = (list) => Math.max(...list);
	const quartile = (list) => sorted(list)[list.length >> 2];
	const l = measure(['latency', u.port, 3000, telamon, 'serve'], u.env);
	values.added_ms = (median(l.through) - median(l.direct)) / 1000;
	notes.push(`latency: a call ${median(l.through)} us, the same GET on a kept connection ${median(l.direct)} us (medians of ${l.direct.length}); ` +
		`first quartiles ${quartile(l.through)} and ${quartile(l.direct)} us`);
	const direct1 = best(measure(['direct', u.port, WINDOW_MS, WINDOWS, 1]).rate);
	const direct32 = best(measure(['direct', u.port, WINDOW_MS, WINDOWS, 32]).rate);
	const r1 = measure(['rate', 'OPS-1', WINDOW_MS, WINDOWS, 1, telamon, 'serve'], u.env).rate;
	const r32 = measure(['rate', 'OPS-1', WINDOW_MS, WINDOWS, 32, telamon, 'serve'], u.env).rate;
	const s32 = measure(['rate', 'search', WINDOW_MS, WINDOWS, 32, telamon, 'serve'], u.env).rate;
	values.rate_1 = best(r1);
	values.rate_32 = best(r32);
	notes.push(`upstream: C stub on epoll; asked directly ${direct1}/s one after the other, ${direct32}/s on 32 connections; ` +
		`issue of ${statSync(u.files.issue).size} bytes, search of ${statSync(u.files.search).size}`);
	notes.push(`calls/s of jira_get_issue: best of ${WINDOWS} windows of ${WINDOW_MS} ms; medians ${median(r1)} and ${median(r32)}; ` +
		`jira_search with 50 hits, 32 at once: ${best(s32)}`);
	await u.ask('delay?ms=50');
	values.rate_32_50ms = best(measure(['rate', 'OPS-1', 2000, 5, 32, telamon, 'serve'], u.env).rate);
	notes.push(`at 50 ms: the upstream asked directly on 32 connections gives ${best(measure(['direct', u.port, 2000, 2, 32]).rate)}/s; 640 is the ideal`);
	await u.ask('delay?ms=1000');
	values.in_flight = measure(['flight', u.port, 256, telamon, 'serve'], { ...u.env, ATLASSIAN_MAX_CONCURRENT_REQUESTS: '256' }).most[0];
	notes.push('calls in flight: with ATLASSIAN_MAX_CONCURRENT_REQUESTS=256; by default 32 requests go to one site at once, the other calls wait');
	await u.ask('delay?ms=0');
}

// Fifty issues created one by one and in one call, each answer 20 ms away.
async function bulk(files) {
	const many = 50, json = (name, value) => {
		writeFileSync(path.join(dir, name), JSON.stringify(value));
		return path.join(dir, name);
	};
	const made = (i) => ({ id: String(10000 + i), key: `OPS-${i}` });
	const issue = (i) => ({ ...made(i), fields: { summary: 'Measured', status: { name: 'To Do' }, project: { key: 'OPS', name: 'Platform' }, issuetype: { id: '10002', name: 'Task' } } });
	const each = Array.from({ length: many }, (_, i) => i + 1);
	const u = await upstream(files, [
		`/rest/api/3/issue/bulkfetch=${json('bulkfetch.json', { issues: each.map(issue) })}`,
		`/rest/api/3/issue/bulk=${json('bulk.json', { issues: each.map(made), errors: [] })}`,
		`/rest/api/3/issue/createmeta/=${json('types.json', { issueTypes: [{ id: '10002', name: 'Task' }], total: 1, startAt: 0, maxResults: 200 })}`,
		`/rest/api/3/issue/=${json('one.json', issue(1))}`, `/rest/api/3/issue=${json('made.json', made(1))}`]);
	const one = { project_key: 'OPS', summary: 'Measured' };
	try {
		await withSession({ env: { ...u.env, TOOLSETS: 'all' } }, async (s) => {
			await s.text('jira_create_issue', one);	/* what is asked once was asked */
			await u.ask('delay?ms=20');
			const measured = async (fn) => {
				const before = (await u.ask('stats')).requests, begin = performance.now();
				await fn();
				return { requests: (await u.ask('stats')).requests - before, ms: performance.now() - begin };
			};
			const single = await measured(async () => {
				for (let i = 0; i < many; i++)
					await s.text('jira_create_issue', one);
			});
			const together = await measured(async () => {
				const text = await s.text('jira_batch_create_issues', { issues: each.map(() => one) });
				if (!text.includes(`Created ${many} of ${many}`))
					throw new Error(`the batch: ${text.slice(0, 200)}`);
			});
			values.bulk_requests = single.requests / together.requests;
			values.bulk_rate = single.ms / together.ms;
			notes.push(`bulk: ${many} issues one by one ${single.requests} requests and ${single.ms.toFixed(0)} ms, in one call ${together.requests} and ${together.ms.toFixed(0)} ms`);
		});
	} finally {
		await u.stop();
	}
}

function memory(u) {
	let m, later;
	try {
		m = measure(['memory', 100, telamon, 'serve'], { ...u.env, TELAMON_DEBUG: '1' });
		later = measure(['memory', 5000, telamon, 'serve'], { ...u.env, TELAMON_DEBUG: '1' });
	} catch (e) {
		notes.push(`memory: not readable here (${e.message.trim()})`);
		values.pss_list_mib = values.pss_calls_mib = values.growth = null;
		return;
	}
	values.pss_list_mib = m.list[0] / 1024;
	values.pss_calls_mib = m.calls[0] / 1024;
	values.growth = later.calls[1] / m.calls[1];
	notes.push(`memory: private dirty ${(m.list[1] / 1024).toFixed(1)} MiB after tools/list, ${(m.calls[1] / 1024).toFixed(1)} MiB after 100 calls ` +
		`(50 issues, 50 searches), ${(later.calls[1] / 1024).toFixed(1)} MiB after 5,000; peak RSS ${(m.peak[0] / 1024).toFixed(1)} MiB`);
}

// The HTTP rows: the server alone, and tools/list of a real process beside it.
async function overHttp() {
	const bench = path.join(dir, 'httpd_bench'), root = path.join(here, '../..');
	const cc = spawnSync(process.env.CC ?? 'cc', ['-O2', '-D_GNU_SOURCE', `-I${root}/src`, '-o', bench, path.join(here, 'httpd_bench.c'),
		`${root}/build/release/libtelamon.a`, '-levent_core', '-lyyjson', '-ldl', '-lm', '-lpthread'], { encoding: 'utf8' });
	if (cc.status !== 0)
		throw new Error(`httpd_bench.c: ${cc.stderr}`);
	const run = (args) => {
		const r = spawnSync(bench, args.map(String), { encoding: 'utf8', timeout: 120000 });
		if (r.status !== 0)
			throw new Error(`httpd_bench ${args.join(' ')}: ${r.stderr || r.signal}`);
		return r.stdout;
	};
	const number = (text, pattern) => Number(text.match(pattern)[1]);
	const server = spawn(telamon, ['serve', '--http', '127.0.0.1:0'], { stdio: ['ignore', 'ignore', 'pipe'],
		env: cleanEnv({ TELAMON_AUDIT: 'off', JIRA_URL: 'http://127.0.0.1:1', JIRA_PERSONAL_TOKEN: 'x' }) });
	try {
		const port = await deadline(new Promise((resolve) => {
			let log = '';
			server.stderr.on('data', (d) => { log += d; const m = log.match(/:(\d+)\/mcp/); if (m) resolve(m[1]); });
		}), 'the HTTP server');
		const worker = spawnSync('pgrep', ['-P', String(server.pid)], { encoding: 'utf8' }).stdout.trim();
		const list = run(['mcp', port, worker]);
		values.http_list_ratio = number(list, /ratio ([\d.]+)/);
		values.http_list_rate = number(list, /, (\d+) and/);
		notes.push(`HTTP: tools/list ${list.trim().replace(/^mcp: /, '')}`);
	} finally {
		server.kill('SIGTERM');
		await deadline(new Promise((resolve) => server.on('exit', resolve)), 'the end of the HTTP server');
	}
	values.http_floor_ratio = number(run([]), /telamon httpd.*ratio to bare epoll ([\d.]+)/);
	values.http_idle_kb = number(run(['idle']), /: ([\d.]+) KB each/);
	const p99 = [...run(['slow']).matchAll(/p99 +([\d.]+) ms/g)].map((m) => Number(m[1]));
	values.http_p99_ms = Math.max(0, p99[1] - p99[0]);
	notes.push(`slow clients: p99 ${p99.join(' and ')} ms without and with them`);
}

// Conversions beside the plain parse of the same text, in one process each.
function conversions() {
	const bench = path.join(dir, 'text_bench'), root = path.join(here, '../..');
	const cc = spawnSync(process.env.CC ?? 'cc', ['-O2', '-D_GNU_SOURCE', `-I${root}/src`, '-o', bench, path.join(here, 'text_bench.c'),
		`${root}/build/release/libtelamon.a`, '-levent_core', '-lyyjson', '-ldl', '-lm', '-lpthread'], { encoding: 'utf8' });
	if (cc.status !== 0)
		throw new Error(`text_bench.c: ${cc.stderr}`);
	const run = (...args) => {
		const r = spawnSync(bench, args, { encoding: 'utf8', timeout: 120000 });
		if (r.status !== 0)
			throw new Error(`text_bench ${args.join(' ')}: ${r.stderr || r.status}`);
		const [, plain, ours] = r.stdout.match(/plain (\d+) ours (\d+)/).map(Number);
		return { plain, ours, ratio: ours / plain };
	};
	for (const [name, format, text] of [['md_adf', 'md', texts.markdown()], ['md_adf_corpus', 'md', texts.corpusMarkdown()],
		['storage_md', 'storage', texts.storage()], ['storage_md_corpus', 'storage', texts.corpusStorage()]]) {
		values[`${name}_ratio`] = null;
		if (text === null)
			continue;
		const file = path.join(dir, `${name}.txt`);
		writeFileSync(file, text);
		const warm = run(format, file), cold = run(format, file, '--cold');
		values[`${name}_ratio`] = warm.ratio;
		notes.push(`${name}: ${(text.length / 1048576).toFixed(1)} MB in ${(warm.ours / 1000).toFixed(1)} ms, the plain parse ${(warm.plain / 1000).toFixed(1)} ms; ` +
			`with fresh memory in each round ${(cold.ours / 1000).toFixed(1)} and ${(cold.plain / 1000).toFixed(1)} ms, ${cold.ratio.toFixed(2)} x`);
	}
}

function print() {
	const budget = (b) => b.max !== undefined ? `<= ${b.max}` : b.min !== undefined ? `>= ${b.min}` : b.below !== undefined ? `< ${b.below}` : '';
	const verdict = (b, v) => {
		if (v === null || v === undefined)
			return 'not measured';
		if (b.max === undefined && b.min === undefined && b.below === undefined)
			return '';
		return (b.max === undefined || v <= b.max) && (b.min === undefined || v >= b.min) && (b.below === undefined || v < b.below) ? 'ok' : 'OVER';
	};
	const rows = Object.entries(budgets).map(([name, b]) => [b.row, budget(b), values[name] == null ? '-' : shown(values[name]), verdict(b, values[name])]);
	const width = [0, 1, 2].map((i) => Math.max(...rows.map((r) => r[i].length), ['row', 'budget', 'value'][i].length));
	const line = (r) => `${r[0].padEnd(width[0])}  ${r[1].padStart(width[1])}  ${r[2].padStart(width[2])}  ${r[3]}`.trimEnd();
	console.log(line(['row', 'budget', 'value', 'verdict']));
	console.log('-'.repeat(width[0] + width[1] + width[2] + 13));
	for (const r of rows)
		console.log(line(r));
	console.log('');
	for (const n of notes)
		console.log(n);
	return rows.filter((r) => r[3] === 'OVER').length;
}

drive = compile('drive');
values.binary_kib = statSync(telamon).size / 1024;
starting();
await tokens();
const files = await record(), u = await upstream(files);
u.files = files;
try {
	await requests(u);
	await calls(u);
	memory(u);
} finally {
	await u.stop();
}
await bulk(files);
await overHttp();
conversions();
const over = print();
process.exitCode = over > 0 && process.argv.includes('--strict') ? 1 : 0;
