// The contract test: three clients, two deployments, one judge. See README.md here.
//
// usage: node main.mjs BINARY OPENAPI-FOLDER
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Contract, Contracts } from './lib/normalise.mjs';
import { Adf } from './lib/adf.mjs';
import { Proxy } from './lib/proxy.mjs';
import * as confluenceJs from './lib/confluence_js.mjs';
import * as binaryCalls from './lib/binary.mjs';

const [binary, openapi] = process.argv.slice(2);
const EMAIL = 'ada.brandt@halden.example', TOKEN = 'sandbox-token-ada', GUEST = 'zoe.martin@contractor.example', GUEST_TOKEN = 'sandbox-token-zoe';
const sandboxSource = new URL('../../src/sandbox/', import.meta.url);
const routeTables = readdirSync(sandboxSource).filter((n) => /^\w+_routes_\w+\.c$/.test(n)).map((n) => readFileSync(new URL(n, sandboxSource), 'utf8'));
// Every topic has files of its own: calls*.mjs, binary*.mjs, exceptions*.mjs.
const library = new URL('./lib/', import.meta.url);
const load = (kind) => Promise.all(readdirSync(library).filter((n) => new RegExp(`^${kind}(_\\w+)?\\.mjs$`).test(n)).sort().map((n) => import(new URL(n, library))));
const calls = await load('calls'), binaryRows = (await load('binary')).flatMap((m) => m.rows), exceptions = await load('exceptions'), jiraJs = await load('jira_js');
const adf = new Adf(path.join(openapi, '../../corpus/adf/adf-schema-57.7.22-full.json'));
let passed = 0, failed = 0;

function report(what, fault) {
	if (fault === null || fault === undefined)
		passed++;
	else
		failed++;
	console.log(`${fault ? 'FAIL' : 'ok  '} ${what}${fault ? `\n       ${fault}` : ''}`);
}

function startSandbox(flags) {
	return new Promise((resolve, reject) => {
		const child = spawn(binary, ['sandbox', '--port', '0', '--seed', '1', ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
		let out = '';
		child.on('error', reject);
		child.on('exit', (code) => reject(new Error(`the sandbox ended with ${code}: ${out}`)));
		child.stdout.on('data', (d) => {
			out += d;
			const url = /http:\/\/[^\s/]+:\d+/.exec(out)?.[0];
			if (url !== undefined)
				resolve({ url, stop: () => new Promise((done) => {
					child.removeAllListeners('exit');
					child.on('exit', done);
					child.kill('SIGTERM');
				}) });
		});
	});
}

function credentials(deployment, auth) {
	const basic = (user, secret) => `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
	const table = {
		cloud: { ada: basic(EMAIL, TOKEN), guest: basic(GUEST, GUEST_TOKEN), wrong: basic(EMAIL, 'wrong') },
		dc: { ada: `Bearer ${TOKEN}`, guest: `Bearer ${GUEST_TOKEN}`, wrong: 'Bearer wrong', basic: basic('abrandt', 'sandbox') },
	};
	return table[deployment][auth];
}

function pathIn(value, dotted) {
	return dotted.split('.').reduce((v, k) => v?.[k], value);
}

// (a) one row of lib/calls.mjs
async function call(proxy, deployment, kept, [method, target, status, o = {}]) {
	const fill = (s) => s.replace(/\$(\w+)/g, (all, n) => kept[n] ?? all);
	const url = fill(target);
	const headers = { accept: 'application/json' };
	const authorization = credentials(deployment, o.auth ?? 'ada');
	const before = proxy.seen.length;
	if (authorization !== undefined && o.auth !== 'none')
		headers.authorization = authorization;
	Object.assign(headers, o.headers);
	if (o.mode !== undefined)
		headers['x-contract'] = o.mode;
	let body;
	if (o.raw !== undefined || o.body !== undefined) {
		body = fill(o.raw ?? JSON.stringify(o.body));
		headers['content-type'] = o.type ?? 'application/json';
	}
	const answer = await fetch(proxy.url + url, { method, headers, body, redirect: 'manual' });
	const text = await answer.text();
	const faults = proxy.seen.slice(before).flatMap((s) => s.faults);
	let value;
	try {
		value = text === '' ? undefined : JSON.parse(text);
	} catch {
		value = undefined;
	}
	if (answer.status !== status)
		faults.push(`status ${answer.status}, expected ${status}: ${text.slice(0, 200)}`);
	else {
		if (o.says !== undefined && !text.includes(JSON.stringify(o.says).slice(1, -1)))
			faults.push(`does not say '${o.says}': ${text.slice(0, 300)}`);
		if (o.is !== undefined && !o.is(value))
			faults.push(`is not as expected (${o.is}): ${text.slice(0, 300)}`);
		for (const [name, dotted] of Object.entries(o.keep ?? {}))
			kept[name] = encodeURIComponent(pathIn(value, dotted));
	}
	report(`${deployment} ${method} ${url.length > 100 ? `${url.slice(0, 100)}...` : url} ${status}`, faults.length === 0 ? null : faults.join('\n       '));
}

// What the driver asked, by operation of the document.
function reportOperations(deployment, proxies) {
	const byOperation = new Map();
	for (const proxy of proxies)
		for (const s of proxy.seen) {
			const id = s.op?.id ?? `${s.method} ${s.path} (not in the document)`;
			const o = byOperation.get(id) ?? { statuses: {}, clients: new Set(), faults: [] };
			byOperation.set(id, o);
			o.statuses[s.status] = (o.statuses[s.status] ?? 0) + 1;
			o.clients.add(proxy.client);
			o.faults.push(...s.faults.map((f) => `${proxy.client}: ${s.method} ${s.path}: ${f}`));
		}
	for (const [id, o] of [...byOperation].sort())
		report(`${deployment} ${id}: ${Object.entries(o.statuses).map(([s, n]) => `${s} x${n}`).join(', ')} by ${[...o.clients].join(', ')}`,
			o.faults.length === 0 ? null : [...new Set(o.faults)].slice(0, 5).join('\n       '));
}

// Every route of the sandbox was called. The routes are read from its tables: a prefix of this deployment, then rows.
function reportCoverage(deployment, proxies) {
	const flag = deployment === 'cloud' ? /CLOUD|BOTH/ : /DC|BOTH/;
	const escape = (s) => s.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
	let rows = 0;
	for (const table of routeTables) {
		const prefixes = [...table.matchAll(/^\t\{ "(\/[^"]+\/)", ([A-Z_ |]+), \w+, /gm)].filter(([, , flags]) => flag.test(flags)).map(([, p]) => escape(p));
		for (const [, method, route, flags] of table.matchAll(/^\t\{ "([A-Z]+)", "([^"]+)", \w+, ([A-Z_ |]+) \},$/gm)) {
			if (!flag.test(flags) || prefixes.length === 0)
				continue;
			const pattern = new RegExp(`^(?:${prefixes.join('|')})${escape(route).replace(/\\\{\\\}/g, '[^/]+')}$`);
			rows++;
			if (!proxies.some((p) => p.seen.some((s) => s.method === method && pattern.test(s.path))))
				report(`${deployment} ${method} ${route} is called`, 'no call reached this route');
		}
	}
	report(`${deployment} routes were found in the tables`, rows > 30 ? null : `only ${rows}`);
}

// Exceptions that nothing needed any more are faults too: they would hide something one day.
function reportExceptions(contract, table) {
	for (const s of table.statuses ?? [])
		report(`${contract.name} exception: ${s.status} ${s.op}`, contract.used.has(s) ? null : `was never needed (${s.why})`);
	for (const o of table.outside ?? [])
		report(`${contract.name} exception: ${o.path}`, contract.used.has(o) ? null : `was never needed (${o.why})`);
	for (const [name, p] of Object.entries(table.parameters ?? {}))
		report(`${contract.name} exception: ${name}`, contract.used.has(name) ? null : `was never needed (${p.why})`);
}

// The judge must be able to find fault.
function reportJudge(contract, api) {
	const good = { method: 'GET', path: `/rest/api/${api}/issue/X-1`, query: new URLSearchParams('fields=summary'), body: '' };
	const fails = (what, faults) => report(`${contract.name} judge: ${what}`, faults.length > 0 ? null : 'found no fault');
	const op = contract.find('GET', `/rest/api/${api}/issue/X-1`);
	const json = (status, value) => contract.checkResponse(op, { status, type: 'application/json', body: JSON.stringify(value) });
	report(`${contract.name} judge: a good request`, contract.checkRequest(good).faults.join() || null);
	report(`${contract.name} judge: a good answer`, json(200, { id: '1', key: 'X-1', fields: {} }).join() || null);
	fails('an unknown path', contract.checkRequest({ ...good, path: `/rest/api/${api}/isue/X-1` }).faults);
	fails('an unknown method', contract.checkRequest({ ...good, method: 'PATCH' }).faults);
	fails('an unknown parameter', contract.checkRequest({ ...good, query: new URLSearchParams('field=summary') }).faults);
	fails('a parameter of the wrong type', contract.checkRequest({ method: 'GET', path: `/rest/api/${api}/search`, query: new URLSearchParams('startAt=x'), body: '' }).faults);
	if (api === 3)	// Data Center's document requires no body anywhere
		fails('a missing body', contract.checkRequest({ method: 'POST', path: `/rest/api/${api}/issue`, query: new URLSearchParams(), body: '', type: 'application/json' }).faults);
	fails('a body of the wrong type', contract.checkRequest({ method: 'POST', path: `/rest/api/${api}/issue`, query: new URLSearchParams(), type: 'application/json', body: '{"fields": 3}' }).faults);
	fails('a body that is no JSON', contract.checkRequest({ method: 'POST', path: `/rest/api/${api}/issue`, query: new URLSearchParams(), type: 'application/json', body: '{' }).faults);
	fails('a member of the wrong type', json(200, { id: 1, key: 'X-1' }));
	fails('a nested member of the wrong type', json(200, { id: '1', key: 'X-1', changelog: { histories: [{ items: [{ field: 3 }] }] } }));
	fails('an undeclared member', json(200, { id: '1', key: 'X-1', kee: 'X-1' }));
	fails('an undeclared status', json(202, {}));
	if (adf.validate !== undefined) {
		const doc = (content) => ({ type: 'doc', version: 1, content });
		report(`${contract.name} judge: a good document`, adf.faults({ a: [doc([{ type: 'rule' }])] }, 'x').join() || null);
		fails('a document with an unknown node', adf.faults({ a: [doc([{ type: 'marquee' }])] }, 'x'));
		fails('a document with text outside of a paragraph', adf.faults(doc([{ type: 'text', text: 'x' }]), 'x'));
	}
	fails('an error without a message', json(404, { errorMessages: [], errors: {} }));
	fails('an answer that is no JSON', contract.checkResponse(op, { status: 200, type: 'text/html', body: '<html>' }));
}

// The tables of all topics as one.
function merged(tables) {
	const all = {};
	for (const table of tables)
		for (const [kind, rows] of Object.entries(table))
			all[kind] = Array.isArray(rows) ? [...(all[kind] ?? []), ...rows] : typeof rows === 'object' ? { ...all[kind], ...rows } : rows;
	return all;
}

async function runDeployment(deployment, file, flags, name = deployment) {
	const api = deployment === 'cloud' ? 3 : 2;
	const contract = new Contract(name, path.join(openapi, file), merged(exceptions.map((e) => e[deployment] ?? {})));
	const further = exceptions.flatMap((e) => e.documents?.[deployment] ?? []).filter((d) => d.only === undefined || d.only === name)
		.map((d) => new Contract(`${name} ${path.basename(d.file, '.json')}`, path.join(openapi, d.file), d.exceptions ?? {}));
	const contracts = new Contracts(name, [contract, ...further]);
	const sandbox = await startSandbox(flags);
	const proxies = [];
	const proxy = async (client) => {
		const p = await new Proxy(client, contracts, sandbox.url, adf).start();
		proxies.push(p);
		return p;
	};

	for (const c of contracts.list)
		console.log(`\n# ${c.name}: ${c.version}, ${c.operations.length} operations, ${c.strings} examples stored as strings`);
	reportJudge(contract, api);
	for (const d of contracts.list)
		d.exceptions.judge?.(d, report);
	const ours = await proxy('calls');
	const kept = {};
	for (const row of calls.flatMap((m) => m[deployment] ?? []))
		await call(ours, deployment, kept, row);
	if (deployment === 'cloud') {
		for (const j of jiraJs)
			await j.run((await proxy('jira.js')).url, EMAIL, TOKEN, report);
		await confluenceJs.run((await proxy('confluence.js')).url, EMAIL, TOKEN, report);
	}
	const url = (await proxy('telamon')).url, env = {};
	for (const [product, base] of [['JIRA', url], ['CONFLUENCE', `${url}/${deployment === 'cloud' ? 'wiki' : 'confluence'}`]]) {
		Object.assign(env, { [`${product}_URL`]: base, [`${product}_DEPLOYMENT`]: deployment });
		if (deployment === 'cloud')
			Object.assign(env, { [`${product}_USERNAME`]: EMAIL, [`${product}_API_TOKEN`]: TOKEN });
		else
			env[`${product}_PERSONAL_TOKEN`] = TOKEN;
	}
	await binaryCalls.run(name, deployment, binary, env, binaryRows, report);
	console.log(`\n# ${name}: by operation`);
	reportOperations(name, proxies);
	reportCoverage(deployment, [ours]);
	for (const c of contracts.list)
		reportExceptions(c, c.exceptions);
	await Promise.all(proxies.map((p) => p.stop()));
	await sandbox.stop();
}

await runDeployment('cloud', 'cloud/jira-platform-v3.json', []);
await runDeployment('dc', 'dc/jira-10.3.json', ['--dc']);
// The same site against the next version's document: what clients may rely on in both.
await runDeployment('dc', 'dc/jira-11.3.json', ['--dc'], 'dc11');
console.log(`\n# ${adf.checked} ADF documents were held against Atlassian's schema`);
await binaryCalls.reportTools(binary, binaryRows, report);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
