// What the suite leaves out of the same ground, on the fixture server: sessions, cancelling, states used twice, log
// levels, answers that are too large.
const MODERN = '2026-07-28', LEGACY = '2025-11-25';
let next = 1;

class Wrong extends Error {}

function equal(got, want, what) {
	if (JSON.stringify(got) !== JSON.stringify(want))
		throw new Wrong(`${what}: got ${JSON.stringify(got)?.slice(0, 300)}, want ${JSON.stringify(want)}`);
}

function post(url, body, headers, method = 'POST') {
	return fetch(url, {
		method, body: body === undefined ? undefined : JSON.stringify(body), signal: AbortSignal.timeout(10000),
		headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
	});
}

// The messages of an answer, as they come.
async function* messages(response) {
	if (!response.headers.get('content-type')?.includes('text/event-stream')) {
		yield JSON.parse(await response.text());
		return;
	}
	let text = '';
	for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
		const lines = (text + chunk).split('\n');
		text = lines.pop();
		for (const line of lines.filter((l) => l.startsWith('data: ')))
			yield JSON.parse(line.slice(6));
	}
}

// A modern request: all its messages, the answer last.
async function modern(url, method, params, meta = {}) {
	const body = { jsonrpc: '2.0', id: `m${next++}`, method, params: { ...params, _meta: {
		'io.modelcontextprotocol/protocolVersion': MODERN,
		'io.modelcontextprotocol/clientCapabilities': { elicitation: {} }, ...meta } } };
	const name = params.name ?? params.uri, all = [];
	for await (const m of messages(await post(url, body, { 'mcp-protocol-version': MODERN, 'mcp-method': method,
		...name === undefined ? {} : { 'mcp-name': `=?base64?${Buffer.from(name).toString('base64')}?=` } })))
		all.push(m);
	equal(all.at(-1).id, body.id, 'id of the answer');
	return all;
}

async function session(url) {
	const r = await post(url, { jsonrpc: '2.0', id: 0, method: 'initialize', params: { protocolVersion: LEGACY,
		capabilities: { elicitation: {} }, clientInfo: { name: 'beside', version: '1' } } });
	await r.text();
	return { 'mcp-protocol-version': LEGACY, 'mcp-session-id': r.headers.get('mcp-session-id') };
}

// A legacy call that asks: its messages so far, and the question.
async function asking(url, headers, id) {
	const stream = messages(await post(url, { jsonrpc: '2.0', id, method: 'tools/call',
		params: { name: 'test_elicitation', arguments: { message: 'Who?' } } }, headers));
	return { stream, question: (await stream.next()).value };
}

const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };

const checks = {
	async 'a session lives until it is deleted, at every worker'(url, elsewhere) {
		const s = await session(url), id = { 'mcp-session-id': s['mcp-session-id'] };
		for (const worker of [url, elsewhere])
			equal((await post(worker, ping, s)).status, 200, 'ping');
		equal((await post(url, undefined, id, 'DELETE')).status, 204, 'DELETE');
		for (const worker of [url, elsewhere])
			equal((await post(worker, ping, s)).status, 404, 'ping after DELETE');
		equal((await post(url, undefined, id, 'DELETE')).status, 404, 'second DELETE');
		equal((await post(url, ping, { ...s, 'mcp-session-id': `${s['mcp-session-id']}x` })).status, 404, 'made-up session');
	},
	async 'only the asked session answers'(url) {
		const s = await session(url), other = await session(url);
		const { stream, question } = await asking(url, s, 7);
		const answer = (action) => ({ jsonrpc: '2.0', id: question.id, result: { action, content: { username: 'u', email: 'e' } } });
		equal(question.method, 'elicitation/create', 'question');
		for (const headers of [other, { 'mcp-protocol-version': LEGACY }])
			equal((await post(url, answer('accept'), headers)).status, 202, 'another\'s answer');
		equal((await post(url, answer('decline'), s)).status, 202, 'answer');
		equal((await stream.next()).value.result?.content[0].text, 'The user said no.', 'text');
	},
	async 'an answer at another worker finds its call'(url, elsewhere) {
		const s = await session(url), stranger = await session(elsewhere);
		const { stream, question } = await asking(url, s, 8);
		const answer = (id, action) => ({ jsonrpc: '2.0', id, result: { action, content: { username: 'u', email: 'e' } } });
		const flipped = question.id.slice(0, 30) + (question.id[30] === 'A' ? 'B' : 'A') + question.id.slice(31);
		equal((await post(elsewhere, answer(question.id, 'accept'), stranger)).status, 202, 'a stranger\'s answer');
		equal((await post(elsewhere, answer(flipped, 'accept'), s)).status, 202, 'a made-up id');
		equal((await post(elsewhere, answer(question.id, 'decline'), s)).status, 202, 'answer');
		equal((await stream.next()).value.result?.content[0].text, 'The user said no.', 'text');
	},
	async 'another POST of the session cancels'(url) {
		const s = await session(url), other = await session(url);
		const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'c7' } };
		const first = await asking(url, s, 'c7'), second = await asking(url, other, 'c7');
		equal((await post(url, cancelled, s)).status, 202, 'notification');
		const end = (await first.stream.next()).value;
		equal([end.id, end.error?.code], ['c7', -32603], 'end');
		equal((await post(url, { jsonrpc: '2.0', id: second.question.id, result: { action: 'decline' } }, other)).status, 202, 'answer');
		equal((await second.stream.next()).value.result?.isError, true, 'the other session\'s call');
	},
	async 'a cancelled batch is answered'(url) {
		const r = await post(url, [
			{ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'test_tool_with_progress' } },
			{ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }, { ...ping, id: 2 },
		], { 'mcp-protocol-version': '2025-03-26' });
		const all = JSON.parse(await r.text());
		equal(all.map((m) => m.id).sort(), [1, 2], 'ids');
		equal(all.find((m) => m.id === 1).error?.code, -32603, 'code');
	},
	async 'a state is good once for a call that may write, whichever worker takes it'(url, elsewhere) {
		const call = { name: 'test_input_required_result_request_state', arguments: {} };
		const { requestState } = (await modern(url, 'tools/call', call)).at(-1).result;
		const again = { ...call, requestState, inputResponses: { confirm: { action: 'accept', content: { ok: true } } } };
		equal((await modern(url, 'tools/call', { ...again, requestState: undefined })).at(-1).result?.resultType, 'input_required',
			'answers without their state');
		equal((await modern(url, 'tools/call', { ...again, arguments: { other: 1 } })).at(-1).error?.code, -32602, 'other arguments');
		equal((await modern(url, 'tools/call', { ...again, name: 'test_input_required_result_tampered_state' })).at(-1).error?.code,
			-32602, 'another tool');
		equal((await modern(url, 'tools/call', again)).at(-1).result?.isError, false, 'first use');
		for (const worker of [url, elsewhere])
			equal((await modern(worker, 'tools/call', again)).at(-1).error?.code, -32602, 'second use');
	},
	async 'log messages come as asked for'(url) {
		const count = async (level) => (await modern(url, 'tools/call', { name: 'test_logging_tool', arguments: {} },
			level === undefined ? {} : { 'io.modelcontextprotocol/logLevel': level }))
			.filter((m) => m.method === 'notifications/message').length;
		equal((await modern(url, 'server/discover', {})).at(-1).result.capabilities.logging, {}, 'capability');
		equal([await count(), await count('warning'), await count('info'), await count('debug')], [0, 0, 3, 3], 'messages');
	},
	async 'an answer that is too large names its request'(url) {
		const uri = `test://template/${'\t'.repeat(1200000)}/data`;	// the answer holds it three times: 9.6 MB
		const body = { jsonrpc: '2.0', id: 'large', method: 'resources/read', params: { uri } };
		const m = JSON.parse(await (await post(url, body, { 'mcp-protocol-version': LEGACY })).text());
		equal([m.id, m.error?.code], ['large', -32603], 'answer');
	},
};

// elsewhere: another worker of the same server. fn(name, why): why is null for what is right.
export async function beside(url, elsewhere, fn) {
	for (const [name, check] of Object.entries(checks)) {
		try {
			await check(url, elsewhere);
			fn(name, null);
		} catch (e) {
			fn(name, e instanceof Wrong ? e.message : String(e.stack));
		}
	}
}
