// Everything that can be wrong, each once: on MCP, on the command line and in the
// audit log. The table says the kind (exit code and audit word), what the message must
// state and what it must tell the reader to do. Nothing may hang, no token be shown.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { check, equal, that } from '../mcp/check.mjs';
import { cleanEnv, deadline, run, scratch, start, telamon, withSession } from '../mcp/session.mjs';
import { Site } from '../mcp/site.mjs';

const EXIT = { invalid: 2, config: 3, auth: 4, forbidden: 5, not_found: 6, ignored: 7, rate_limited: 8, network: 9, tls: 9, timeout: 10,
	upstream: 11, protocol: 11, unknown: 13 };
const HANG_MS = 20000;		// three tries with their pauses end well before
const TOKEN = 'sandbox-token';

const get = ['jira_get_issue', { issue_key: 'OPS-1' }];
const search = (jql) => ['jira_search', { jql }];
const create = (more) => ['jira_create_issue', { project_key: 'OPS', summary: 'x', ...more }];
const comment = ['jira_add_comment', { issue_key: 'OPS-1', body: 'x' }];

// what | call | environment over the site's | audit word | states | says to do
const usual = [
	['an address without scheme or host', get, { JIRA_URL: 'ftp://127.0.0.1' }, 'config', /not a web address/, /https:\/\//],
	['an address that is plain http', get, { JIRA_URL: 'http://192.0.2.1' }, 'config', /in the clear/, /https:\/\/.*JIRA_ALLOW_HTTP/],
	['an address with a wrong path', get, (site) => ({ JIRA_URL: `${site.url}/nothing` }), 'protocol', /no such interface|does not know/, /URL/],
	['https: where http is spoken', get, (site) => ({ JIRA_URL: site.url.replace('http:', 'https:') }), 'tls', /TLS/, /speaks HTTPS/],
	['no token', get, { JIRA_API_TOKEN: '', JIRA_PERSONAL_TOKEN: '' }, 'config', /no credentials/, /JIRA_API_TOKEN/],
	['a wrong token', get, { JIRA_API_TOKEN: 'wrong-token', JIRA_PERSONAL_TOKEN: '' }, 'auth', /credentials.*401/, /JIRA_USERNAME.*JIRA_API_TOKEN/],
	['a wrong token, on a write', comment, { JIRA_API_TOKEN: 'wrong-token' }, 'auth', /credentials.*401/, /JIRA_USERNAME.*JIRA_API_TOKEN/],
	['a token without user name', get, { JIRA_USERNAME: '' }, 'auth', /credentials.*401/, /JIRA_USERNAME/],
	['a project that the account may not see', ['jira_get_issue', { issue_key: 'SHOP-1' }], 'guest', 'not_found', /permission/, /Check the key/],
	['a project that the account may not write to', ['jira_create_issue', { project_key: 'SHOP', summary: 'x' }], 'guest', 'not_found',
		/project/, /[Ss]pecify|Check|Correct/],
	['an unknown issue', ['jira_get_issue', { issue_key: 'OPS-99999' }], {}, 'not_found', /does not exist/, /Check the key/],
	['an unknown issue, on a write', ['jira_add_comment', { issue_key: 'OPS-99999', body: 'x' }], {}, 'not_found', /does not exist/, /Check the key/],
	['what is no issue key', ['jira_get_issue', { issue_key: 'see the wiki' }], {}, 'invalid', /see the wiki/, /OPS-7|like|key/],
	['an unknown transition', ['jira_transition_issue', { issue_key: 'OPS-1', transition: 'Nirvana' }], {}, 'invalid',
		/no transition "Nirvana" from status/, /Possible: .+/],
	['broken JQL', search('project = OPS AND (x'), {}, 'invalid', /line 1, character 21/, /Expecting operator/],
	['JQL with an unknown field', search('project = OPS AND nofield = 3'), {}, 'invalid', /nofield/, /Correct|Check|Did you mean|Try|Use a name/],
	['JQL with an unknown value', search('project = OPS AND status = Nirvana'), {}, 'invalid', /Nirvana/, /Correct|Check|Did you mean|Try/],
	['a field that is not on the screen', create({ additional_fields: { Resolution: 'Done' } }), {}, 'invalid', /resolution.*screen/,
		/Correct|Leave|Check/],
	['an unknown field', create({ additional_fields: { Nirvana: 'x' } }), {}, 'invalid', /no field "Nirvana"/, /name|Did you mean/],
	['an unknown project', ['jira_create_issue', { project_key: 'NOPE', summary: 'x' }], {}, 'not_found', /project/, /[Ss]pecify|Check/],
	['an unknown type of issue', create({ issue_type: 'Nirvana' }), {}, 'invalid', /issue ?type|Nirvana/i, /[Ss]pecify|Possible|Check|Correct/],
	['an unknown person', create({ assignee: 'Nobody Nowhere' }), {}, 'invalid', /Nobody Nowhere/, /name|e-mail|Check/i],
	['a missing argument', ['jira_get_issue', {}], {}, 'invalid', /issue_key is missing/, /Example/],
	['an unknown argument', ['jira_get_issue', { isue_key: 'OPS-1' }], {}, 'invalid', /no argument "isue_key"/, /did you mean "issue_key"/],
	['a summary that is too long', create({ summary: 'x'.repeat(1021) }), {}, 'invalid', /summary/, /1020/],
	['nobody listens', get, 'closed port', 'network', /No connection/, /Check the URL and port/],
	['nobody listens, on a write', create({}), 'closed port', 'network', /No connection/, /Check the URL and port/],
	['a certificate that is not trusted', get, 'self-signed', 'tls', /certificate.*not trusted/, /ATLASSIAN_CA_FILE/],
	['a certificate that is not trusted, on a write', comment, 'self-signed', 'tls', /certificate.*not trusted/, /ATLASSIAN_CA_FILE/],
	['a CA file that is not there', get, { JIRA_CA_FILE: '/nonexistent.pem', JIRA_URL: 'https://127.0.0.1:1' }, 'config|tls|network', /.+/,
		/CA_FILE|Check/],
	['a listener that never answers', get, 'silent', 'timeout', /did not answer in time/, /Try again/],
];

// With a site that does this to every request:
const faults = [
	['html:1', get, {}, 'protocol', /web page instead of JSON/, /URL is wrong/],
	['html:1', comment, {}, 'unknown', /not known whether/, /[Dd]o not repeat.*look/],
	['truncate:1', get, {}, 'protocol|network', /cut|lost/, /Try again/],
	['truncate:1', comment, {}, 'unknown', /not known whether/, /[Dd]o not repeat.*look/],
	['garbage:1', get, {}, 'protocol', /broken JSON/, /Try again/],
	['reset:1', get, {}, 'network', /lost/, /Try again/],
	['reset-after:1', comment, {}, 'unknown', /not known whether/, /[Dd]o not repeat.*look/],
	['429:1', get, {}, 'rate_limited', /rate of requests.*429/, /Try again in \d+ second/],
	['429:1', comment, {}, 'rate_limited', /rate of requests.*429/, /Try again in \d+ second/],
	['500:1', get, {}, 'upstream', /trouble.*500/, /Try again/],
	['500:1', comment, {}, 'unknown', /not known whether/, /[Dd]o not repeat.*look/],
	['503:1', get, {}, 'upstream', /trouble.*503/, /Try again/],
	['403:1', get, {}, 'forbidden', /403/, /permission|account/],
	['hang:1', get, { JIRA_TIMEOUT: '1' }, 'timeout', /did not answer in time/, /Try again/],
	['hang:1', comment, { JIRA_TIMEOUT: '1' }, 'unknown', /not known whether/, /[Dd]o not repeat.*look/],
];

function judge(text, states, says, where) {
	that(states.test(text), `${where} does not state ${states}: ${text}`);
	that(says.test(text), `${where} does not tell what to do (${says}): ${text}`);
	that(!/\(null\)|undefined|\[object|%[sd]/.test(text), `${where} is odd: ${text}`);
	that(!/[a-z0-9] (Try|Check|Correct|Do not|Set|Use|Give) /.test(text), `${where} runs two sentences together: ${text}`);
	that(text.length <= 1200, `${where} is ${text.length} characters long`);
	that(!text.includes(TOKEN) && !text.includes('wrong-token'), `${where} shows the token: ${text}`);
}

// What differs from call to call: ids, the port of the site.
const steady = (text) => text.replace(/[0-9a-f]{16}-[0-9a-f]+/g, 'ID').replace(/127\.0\.0\.1:\d+/g, 'SITE').replace(/in \d+ seconds/g, 'in N seconds');

function auditLine(lines, words, where) {
	equal(lines.length, 1, `${where}: audit lines`);
	that(words.includes(lines[0].outcome), `${where}: the audit says ${lines[0].outcome}, want ${words.join(' or ')}`);
	return lines[0];
}

async function row(what, [tool, args], env, words, states, says) {
	words = words.split('|');
	await check(what, async () => {
		let mcp;
		await withSession({ env }, async (s) => {
			const m = await deadline(s.call(tool, args), 'the answer', HANG_MS);
			that(m.error === undefined, `an error of the protocol: ${JSON.stringify(m.error)}`);
			equal([m.result.isError, m.result.content.length, m.result.content[0].type], [true, 1, 'text'], 'the answer on MCP');
			mcp = m.result.content[0].text;
			judge(mcp, states, says, 'the answer on MCP');
			auditLine(s.audit(), words, 'MCP');
			const lines = s.stderr.split('\n').filter((l) => l !== '');
			equal(lines.filter((l) => l.includes(TOKEN) || l.includes('wrong-token')), [], 'log lines with the token');
		});
		const cli = cleanEnv(env);
		const r = await run(telamon, ['call', tool, '--json', JSON.stringify(args)], { env: cli, ms: HANG_MS });
		that(words.some((w) => EXIT[w] === r.code), `exit code ${r.code}, want ${words.map((w) => EXIT[w]).join(' or ')}; ${r.stderr}`);
		equal(r.stdout, '', 'stdout of telamon call');
		that(r.stderr.startsWith('telamon: '), `stderr: ${r.stderr}`);
		const text = r.stderr.slice('telamon: '.length).trimEnd();
		judge(text, states, says, 'stderr');
		equal(steady(text), steady(mcp), 'the message on the command line, against MCP');
		const line = auditLine(readFileSync(cli.TELAMON_AUDIT, 'utf8').trim().split('\n').map((l) => JSON.parse(l)), words, 'command line');
		equal([line.tool, line.principal], [tool, 'local'], 'audit: tool and principal');
	});
}

// An HTTPS server with a certificate of its own, on loopback.
async function selfSigned() {
	const dir = scratch(), port = await freePort();
	const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'key.pem',
		'-out', 'cert.pem', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'], { cwd: dir });
	that(made.status === 0, `openssl req: ${made.stderr}`);
	const child = start('openssl', ['s_server', '-accept', `127.0.0.1:${port}`, '-key', 'key.pem', '-cert', 'cert.pem', '-www'],
		{ cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] });
	await deadline(new Promise((resolve) => child.stdout.on('data', (s) => String(s).includes('ACCEPT') && resolve())), 'openssl s_server');
	child.stderr.resume();
	return { url: `https://127.0.0.1:${port}`, cert: path.join(dir, 'cert.pem'), stop: () => {
		child.kill('SIGKILL');
		return child.exited;
	} };
}

function listen(server) {
	return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
}

async function freePort() {
	const server = createServer(), port = await listen(server);
	await new Promise((resolve) => server.close(resolve));
	return port;
}

export async function badInput() {
	const site = await Site.start(), tls = await selfSigned(), sockets = new Set();
	const silent = createServer((s) => {
		sockets.add(s);
		s.on('error', () => {}).resume();
	});
	const silentPort = await listen(silent), closed = await freePort();
	const guest = { JIRA_USERNAME: 'zoe.martin@contractor.example', JIRA_API_TOKEN: 'sandbox-token-zoe' };
	const special = {
		guest, 'closed port': { JIRA_URL: `http://127.0.0.1:${closed}` }, 'self-signed': { JIRA_URL: tls.url },
		silent: { JIRA_URL: `http://127.0.0.1:${silentPort}`, JIRA_TIMEOUT: '1' },
	};
	try {
		for (const [what, call, env, ...rest] of usual) {
			const over = typeof env === 'function' ? env(site) : typeof env === 'string' ? special[env] : env;
			await row(what, call, { ...site.env, ...over }, ...rest);
		}
		await check('the guest account works where it may', () => withSession({ env: { ...site.env, ...guest } }, async (s) => {
			await s.text('jira_get_issue', { issue_key: 'OPS-1' });
		}));
		await check('a private CA that is named is trusted', () => withSession({ env: { ...site.env, JIRA_URL: tls.url, JIRA_CA_FILE: tls.cert } },
			async (s) => {
				const m = await s.call(...get);
				that(/web page instead of JSON/.test(m.result.content[0].text), `TLS failed: ${m.result.content[0].text}`);
			}));
	} finally {
		await site.stop();
		await tls.stop();
		for (const s of sockets)
			s.destroy();
		silent.close();
	}
	const specs = [...new Set(faults.map((f) => f[0]))];
	for (const spec of specs) {
		const faulty = await Site.start(['--fault', spec]);
		try {
			for (const [, call, env, ...rest] of faults.filter((f) => f[0] === spec))
				await row(`the site: ${spec}, ${call[0]}`, call, { ...faulty.env, ...env }, ...rest);
		} finally {
			await faulty.stop();
		}
	}
	const dc = await Site.start(['--dc']);
	try {
		const over = (env) => ({ ...dc.env, ...env });
		await row('Data Center: a wrong token', get, over({ JIRA_PERSONAL_TOKEN: 'wrong-token' }), 'auth', /credentials.*401/, /JIRA_PERSONAL_TOKEN/);
		await row('Data Center: an unknown issue', ['jira_get_issue', { issue_key: 'OPS-99999' }], over({}), 'not_found', /does not exist|Does Not Exist/i, /Check the key/);
		await row('Data Center: broken JQL', search('project = OPS AND (x'), over({}), 'invalid', /line 1, character 21/, /Expecting operator/);
		await row('Data Center: an unknown transition', ['jira_transition_issue', { issue_key: 'OPS-1', transition: 'Nirvana' }], over({}), 'invalid',
			/no transition "Nirvana"/, /Possible: .+/);
		await row('Data Center: a field that is not on the screen', create({ additional_fields: { Resolution: 'Done' } }), over({}), 'invalid',
			/resolution.*screen/, /Correct|Leave|Check/);
	} finally {
		await dc.stop();
	}
}
