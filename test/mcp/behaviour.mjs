// What a transcript can't say: order in time, sizes, the ends of the pipes, policy.
import { closeSync, openSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { check, equal, that } from './check.mjs';
import { Session, cleanEnv, deadline, fixture, root, run, scratch, telamon, withSession } from './session.mjs';
import { Upstream } from './upstream.mjs';

const MIB = 1024 * 1024;
const EXIT_MS = Number(process.env.TEST_EXIT_MS ?? 1000);	// "exits within a second of EOF"

async function withUpstream(fn) {
	const u = await Upstream.start();
	try {
		await fn(u);
	} finally {
		await u.stop();
	}
}

const get = (key) => ({ name: 'jira_get_issue', arguments: { issue_key: key } });
const request = (id, method, params) => ({ jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) });

async function concurrency() {
	await check('calls: several at once are answered as they end, not in order', () => withUpstream(async (u) => {
		u.hold = () => true;
		await withSession({ env: u.env() }, async (s) => {
			for (let i = 1; i <= 8; i++)
				await s.send(request(i, 'tools/call', get(`OPS-${i}`)));
			await u.until(() => u.held.size === 8, 'eight requests at the site');
			await s.request('ping', undefined, { id: 'between' });
			equal(s.messages.length, 1, 'messages while all are held');
			for (let i = 8; i >= 1; i--) {
				u.held.get(`OPS-${i}`)();
				const m = await s.answer(i);
				that(m.result.content[0].text.includes(`Summary of OPS-${i}`), `the answer to ${i} is another issue's`);
			}
			equal(s.messages.map((m) => m.id), ['between', 8, 7, 6, 5, 4, 3, 2, 1], 'order');
		});
	}));

	await check('calls: 256 in flight, the 257th is told to wait, pings pass', () => withUpstream(async (u) => {
		u.hold = () => true;
		await withSession({ env: u.env({ ATLASSIAN_MAX_CONCURRENT_REQUESTS: '1000' }) }, async (s) => {
			for (let i = 1; i <= 256; i++)
				await s.send(request(i, 'tools/call', get(`OPS-${i}`)));
			await u.until(() => u.held.size === 256, '256 requests at the site');
			const more = await s.request('tools/call', get('OPS-257'), { id: 'more' });
			const text = more.error?.message ?? more.result.content[0].text;
			that(more.error !== undefined || more.result.isError, 'the 257th was taken');
			that(/busy|in flight|again/i.test(text), `it is not told what to do: ${text}`);
			equal((await s.request('ping', undefined, { id: 'p' })).result, {}, 'ping');
			u.hold = () => false;
			for (const go of [...u.held.values()])
				go();
			for (let i = 1; i <= 256; i++)
				that((await s.answer(i)).result.isError === false, `call ${i} failed`);
		});
	}));

	await check('calls: requests beyond the site\'s limit wait, and all are answered', () => withUpstream(async (u) => {
		u.hold = () => true;
		await withSession({ env: u.env({ ATLASSIAN_MAX_CONCURRENT_REQUESTS: '3' }) }, async (s) => {
			for (let i = 1; i <= 10; i++)
				await s.send(request(i, 'tools/call', get(`OPS-${i}`)));
			await u.until(() => u.held.size === 3, 'three requests at the site');
			await s.request('ping', undefined, { id: 'p' });
			equal(u.held.size, 3, 'requests at once');
			for (let done = 0; done < 10; done++) {
				await u.until(() => u.held.size > 0, 'the next one');
				that(u.held.size <= 3, `${u.held.size} requests at once`);
				u.held.values().next().value();
			}
			for (let i = 1; i <= 10; i++)
				await s.answer(i);
		});
	}));

	for (const era of ['legacy', 'modern'])
		await check(`cancelled: a call in flight is stopped and never answered (${era})`, () => withUpstream(async (u) => {
			u.hold = (key) => key === 'OPS-1';
			const extra = (s) => era === 'modern' ? { _meta: s.meta() } : {};
			await withSession({ env: u.env() }, async (s) => {
				await s.send(request('c', 'tools/call', { ...get('OPS-1'), ...extra(s) }));
				await u.until(() => u.held.size === 1, 'the request at the site');
				await s.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'c', reason: 'user', ...extra(s) } });
				await u.until(() => u.gone === 1, 'the connection to the site to be given up');
				await s.request('tools/call', { ...get('OPS-2'), ...extra(s) }, { id: 'after' });
				equal(s.messages.map((m) => m.id), ['after'], 'answers');
				equal(s.audit().map((l) => l.outcome).sort(), ['cancelled', 'ok'], 'audit');
			});
		}));

	await check('cancelled: before the call, after it, and the id in another type are ignored', () => withUpstream(async (u) => {
		u.hold = (key) => key === 'OPS-1';
		await withSession({ env: u.env() }, async (s) => {
			const cancel = (requestId) => s.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } });
			await cancel(1);
			await s.send(request(1, 'tools/call', get('OPS-1')));
			await u.until(() => u.held.size === 1, 'the request at the site');
			await cancel('1');
			await cancel(2);
			await cancel(null);
			u.held.get('OPS-1')();
			that((await s.answer(1)).result.isError === false, 'it failed');
			await cancel(1);
			await s.request('ping', undefined, { id: 'end' });
			equal(s.messages.map((m) => m.id), [1, 'end'], 'answers');
		});
	}));
}

async function policy() {
	const hidden = [
		['READ_ONLY_MODE', { READ_ONLY_MODE: 'true' }, 'jira_create_issue', ['confluence_get_comments', 'confluence_get_page', 'confluence_search',
			'jira_get_issue', 'jira_search', 'more_tools']],
		['ENABLED_TOOLS', { ENABLED_TOOLS: 'jira_search' }, 'jira_get_issue', ['jira_search']],
		['TOOLSETS', { TOOLSETS: 'jira_issues', READ_ONLY_MODE: '1' }, 'jira_update_issue', null],
	];
	for (const [what, env, tool, seen] of hidden)
		await check(`policy: a tool hidden by ${what} equals an unknown one byte for byte`, () => withSession({ args: ['--sandbox'], env },
		    async (s) => {
			const unknown = 'x'.repeat(tool.length);
			const names = (await s.request('tools/list')).result.tools.map((t) => t.name);
			that(!names.includes(tool), `${tool} is listed`);
			if (seen !== null)
				equal(names, seen, 'listed tools');
			const argumentSets = [{}, { issue_key: 'OPS-1' }, { nonsense: 1 }, { project_key: 'OPS', summary: 'x' }, undefined];
			for (const modern of [false, true])
				for (const args of argumentSets) {
					const answers = [];
					for (const name of [tool, unknown]) {
						const at = s.messages.length;
						await s.request('tools/call', { name, ...(args === undefined ? {} : { arguments: args }) }, { modern, id: 'same' });
						// The first answer with this id would be found again: take the newest.
						await s.until(() => s.messages.length > at, 'the answer');
						answers.push(s.raw[at].replaceAll(name, 'TOOL'));
					}
					equal(answers[0], answers[1], `answer to ${JSON.stringify(args)}`);
					equal(JSON.parse(answers[0]).error?.code, -32602, 'code');
				}
			const lines = s.audit().map((l) => [l.outcome, l.requests]);
			equal(lines, lines.map(() => ['denied', 0]), 'audit');
			equal(lines.length, argumentSets.length * 4, 'audit lines');
		}));

	await check('policy: telamon call says the same for both', async () => {
		const env = cleanEnv({ READ_ONLY_MODE: 'true' });
		const a = await run(telamon, ['call', 'jira_create_issue', '--sandbox', '--summary', 'x'], { env });
		const b = await run(telamon, ['call', 'jira_xxxxxx_issue', '--sandbox', '--summary', 'x'], { env });
		equal([a.code, a.stdout, a.stderr.replaceAll('jira_create_issue', 'TOOL')],
			[b.code, b.stdout, b.stderr.replaceAll('jira_xxxxxx_issue', 'TOOL')], 'outcome');
		equal(a.code, 5, 'exit code');
	});

	for (const env of [{ TOOLSETS: 'nonsense' }, { ENABLED_TOOLS: 'jira_serch' }])
		await check(`policy: ${Object.entries(env)[0].join('=')} is refused at the start, with a reason`, async () => {
			const r = await run(telamon, ['serve', '--sandbox'], { env: cleanEnv(env) });
			equal([r.code, r.stdout], [3, ''], 'exit code and stdout');
			that(r.stderr.trim().split('\n').length === 1 && r.stderr.includes(Object.values(env)[0]), `stderr: ${r.stderr}`);
		});
}

async function sizes() {
	const padded = (id, bytes) => {
		const empty = Buffer.byteLength(JSON.stringify(request(id, 'ping', { pad: '' })));
		return JSON.stringify(request(id, 'ping', { pad: 'x'.repeat(bytes - empty) }));
	};
	await check('size: a message of exactly 4 MiB is taken', () => withSession({}, async (s) => {
		await s.send(padded(1, 4 * MIB));
		equal((await s.answer(1)).result, {}, 'answer');
	}));
	for (const [what, bytes] of [['4 MiB + 1', 4 * MIB + 1], ['4 MiB + 60 kB', 4 * MIB + 60 * 1024], ['16 MiB', 16 * MIB]])
		await check(`size: a message of ${what} is refused once, and the next one is served`, () => withSession({}, async (s) => {
			const text = padded(1, bytes);
			that(Buffer.byteLength(text) === bytes, 'the test is wrong');
			await s.write(text + '\n');
			s.send(request(2, 'ping'));
			const m = await s.next('the refusal');
			equal(m.id, undefined, 'id');
			that([-32600, -32700].includes(m.error?.code), `code ${m.error?.code}`);
			that(/4 MiB/.test(m.error.message), `the limit is not named: ${m.error.message}`);
			equal((await s.next()).id, 2, 'next answer');
			equal(s.messages.length, 2, 'messages');
		}));
	await check('size: 64 levels are taken, 65 are not', () => withSession({}, async (s) => {
		const nested = (id, depth) => `{"jsonrpc":"2.0","id":${id},"method":"ping","params":{"a":${'['.repeat(depth - 2)}${']'.repeat(depth - 2)}}}`;
		await s.send(nested(1, 64));
		equal((await s.next()).result, {}, 'depth 64');
		await s.write(nested(2, 65) + '\n');
		equal((await s.next()).error?.code, -32700, 'depth 65');
		await s.write('['.repeat(2 * MIB) + '\n');
		equal((await s.next()).error?.code, -32700, 'two million brackets');
		await s.write('{"a":'.repeat(500000) + '\n');
		equal((await s.next()).error?.code, -32700, 'half a million members');
	}));
	await check('size: ten thousand messages in one write', () => withSession({}, async (s) => {
		const n = 10000, lines = [];
		for (let i = 0; i < n; i++) {
			const m = request(i, 'ping');
			s.note(m);
			lines.push(JSON.stringify(m));
		}
		await s.write(lines.join('\n') + '\n');
		await s.until(() => s.messages.length === n, 'all answers');
		equal(s.messages.map((m) => m.id), lines.map((_, i) => i), 'order');
	}));
	await check('size: a reader that pauses loses nothing', () => withSession({}, async (s) => {
		const n = 3000;		// about 10 MB of answers, far more than a pipe holds
		s.child.stdout.pause();
		const lines = [];
		for (let i = 0; i < n; i++) {
			const m = request(i, 'tools/list');
			s.note(m);
			lines.push(JSON.stringify(m));
		}
		s.write(lines.join('\n') + '\n');
		await new Promise((resolve) => setImmediate(resolve));
		s.child.stdout.resume();
		await s.until(() => s.messages.length === n, 'all answers', 30000);
	}));
}

async function ends() {
	const ping = JSON.stringify(request(1, 'ping'));

	await check('end: the last line needs no line end', async () => {
		const r = await run(telamon, ['serve'], { input: `${JSON.stringify(request(0, 'ping'))}\n${ping}` });
		equal([r.code, r.stdout.split('\n').length], [0, 3], 'exit code, lines');
		equal(JSON.parse(r.stdout.split('\n')[1]), { jsonrpc: '2.0', id: 1, result: {} }, 'last answer');
	});
	await check('end: nothing at all on stdin', async () => {
		const r = await run(telamon, ['serve'], { input: '' });
		equal([r.code, r.stdout], [0, ''], 'exit code, stdout');
		that(r.ms < EXIT_MS, `${r.ms} ms`);
	});
	await check('end: without a command and with a pipe it serves', async () => {
		const r = await run(telamon, [], { input: ping + '\n' });
		equal([r.code, r.stdout], [0, '{"jsonrpc":"2.0","id":1,"result":{}}\n'], 'exit code, stdout');
	});
	for (const [what, content] of [['a file', [0, 1, 2].map((i) => JSON.stringify(request(i, 'tools/list'))).join('\n') + '\n'],
		['a large file', Array.from({ length: 20000 }, (_, i) => JSON.stringify(request(i, 'ping'))).join('\n')],
		['an empty file', ''], ['/dev/null', null]])
		await check(`end: stdin from ${what}`, async () => {
			const file = content === null ? '/dev/null' : path.join(scratch(), 'input');
			if (content !== null)
				writeFileSync(file, content);
			const fd = openSync(file, 'r');
			const s = new Session({ stdin: fd });
			closeSync(fd);
			const wanted = (content ?? '').split('\n').filter(Boolean).map((l) => JSON.parse(l));
			for (const m of wanted)
				s.note(m);
			const end = await s.close(5000);
			equal(end.code, 0, 'exit code');
			equal(s.messages.map((m) => m.id), wanted.map((m) => m.id), 'answers');
		});
	for (const calls of [1, 40])
		await check(`end: EOF with ${calls} call${calls > 1 ? 's' : ''} in flight: gone within a second`, () => withUpstream(async (u) => {
			u.hold = () => true;
			const s = new Session({ env: u.env() });
			for (let i = 1; i <= calls; i++)
				await s.send(request(i, 'tools/call', get(`OPS-${i}`)));
			await u.until(() => u.held.size === Math.min(calls, 32), 'the requests at the site');
			const end = await s.close();
			that(end.ms < EXIT_MS, `${end.ms.toFixed(0)} ms`);
			equal(end.code, 0, 'exit code');
			equal(s.audit().length, calls, 'audit lines');
		}));
	await check('end: a call that ends after EOF is still answered', () => withUpstream(async (u) => {
		u.hold = () => true;
		const s = new Session({ env: u.env() });
		await s.send(request(1, 'tools/call', get('OPS-1')));
		await u.until(() => u.held.size === 1, 'the request at the site');
		s.child.stdin.end();
		u.held.get('OPS-1')();
		const end = await s.close();
		equal([end.code, s.messages.length], [0, 1], 'exit code, answers');
		that(end.ms < EXIT_MS, `${end.ms.toFixed(0)} ms`);
	}));
	await check('end: EOF with a question to the user open', async () => {
		const s = new Session({ program: fixture(), args: [] });
		await s.request('initialize', { protocolVersion: '2025-11-25', capabilities: { elicitation: {} }, clientInfo: { name: 'h', version: '1' } });
		await s.send(request('q', 'tools/call', { name: 'test_elicitation', arguments: { message: '?' } }));
		await s.until(() => s.messages.find((m) => m.method === 'elicitation/create'), 'the question');
		const end = await s.close();
		that(end.ms < EXIT_MS, `${end.ms.toFixed(0)} ms`);
		equal(end.code, 0, 'exit code');
	});
	await check('end: stdout closed by the reader', async () => {
		const s = new Session({});
		await s.request('ping');
		s.child.stdout.destroy();
		for (let i = 0; i < 3; i++)		// the first write may still fit into the pipe
			s.send(request(`w${i}`, 'tools/list'));
		const begin = performance.now();
		await deadline(s.child.exited, 'the end of the server', 3000);
		that(performance.now() - begin < EXIT_MS, `${performance.now() - begin} ms`);
		equal(s.child.signalCode, null, 'signal');
	});
	for (const signal of ['SIGTERM', 'SIGINT'])
		await check(`end: ${signal} ends it within a second`, () => withUpstream(async (u) => {
			u.hold = () => true;
			const s = new Session({ env: u.env() });
			await s.send(request(1, 'tools/call', get('OPS-1')));
			await u.until(() => u.held.size === 1, 'the request at the site');
			const begin = performance.now();
			s.child.kill(signal);
			await deadline(s.child.exited, 'the end of the server', 3000);
			that(performance.now() - begin < EXIT_MS, `${performance.now() - begin} ms`);
		}));
	await check('end: no site is asked before the first call', () => withUpstream(async (u) => {
		await withSession({ env: u.env({ JIRA_DEPLOYMENT: 'auto' }) }, async (s) => {
			await s.initialize();
			await s.request('tools/list');
			await s.request('server/discover', {}, { modern: true });
		});
		equal(u.seen, [], 'requests');
	}));
}

async function pieces() {
	const program = path.join(scratch(), 'split');
	await check('pieces: split.c compiles', async () => {
		const r = await run(process.env.CC ?? 'cc', ['-std=c11', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-O1', '-o', program,
			path.join(root, 'test/mcp/split.c')], { env: process.env, ms: 60000 });
		equal([r.code, r.stderr], [0, ''], 'compiler');
	});
	for (const [what, word] of [['a session byte by byte', 'bytes'], ['a session cut in two at every place', 'cuts']])
		await check(`pieces: ${what}`, async () => {
			const r = await run(program, [word], { env: cleanEnv({ TELAMON: telamon, TELAMON_AUDIT: 'off' }), ms: 120000 });
			equal([r.code, r.stderr.trim()], [0, ''], 'outcome');
		});
}

export async function behaviour() {
	await concurrency();
	await policy();
	await sizes();
	await ends();
	await pieces();
}
