// A model that follows a script: one endpoint on loopback that speaks OpenAI's Responses and Chat
// Completions, Anthropic's Messages and Gemini's generateContent. Each request is brought to one
// form (a conversation: system text, offered tools, results so far), noted, and answered with what
// the script says to that form: a call of a tool, or text. It keeps no state between requests: the
// step is what the conversation itself shows, so retries and side requests do no harm.
//
// It is also the HTTP proxy that the agents are told to use: whatever asks for a host is noted in
// model.refused and refused, so that nothing leaves this machine.
import { createServer } from 'node:http';

const parsed = (text) => {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
};
const list = (x) => Array.isArray(x) ? x : [];
// The text of a content: a string, or parts of which some are text.
const plain = (x) => typeof x === 'string' ? x : list(x).map((p) => p.text ?? p.refusal ?? '').join('');

// Each dialect: read(body) gives { system, tools, calls, results, prompts }; tools are
// { name, description, schema, handle } where handle is what a call must say to reach it, results
// are { name, text } in the order of the conversation, where wrap(args), if there, makes the
// arguments of a call that goes through another tool; write(res, stream, answer, body) answers.
const responses = {
	fits: (path) => /\/responses$/.test(path),
	read(body) {
		const tools = [], input = list(body.input), names = new Map();
		const take = (t, namespace) => {
			if (t.type === 'namespace')
				list(t.tools).forEach((inner) => take(inner, t));
			else if (t.type === 'function')
				tools.push({ name: t.name, description: t.description, schema: t.parameters, group: namespace?.description,
					handle: { name: t.name, ...(namespace ? { namespace: namespace.name } : {}) } });
			else
				tools.push({ name: t.name ?? t.type, description: t.description, schema: t.parameters, kind: t.type, handle: { name: t.name ?? t.type } });
		};
		list(body.tools).forEach((t) => take(t));
		// Tools that a search brought in stand in the conversation.
		for (const i of input)
			if (i.type === 'tool_search_output')
				list(i.tools).forEach((t) => take(t));
		for (const i of input)
			if (i.type === 'function_call')
				names.set(i.call_id, i.name);
		const results = input.filter((i) => i.type === 'function_call_output')
			.map((i) => ({ name: names.get(i.call_id) ?? '', text: plain(i.output?.content ?? i.output) }));
		const said = (roles) => input.filter((i) => (i.type ?? 'message') === 'message' && roles.includes(i.role)).map((i) => plain(i.content));
		const groups = [...new Set(tools.map((t) => t.group).filter(Boolean))];
		return { system: [body.instructions ?? '', ...said(['system', 'developer']), ...groups].join('\n'), prompts: said(['user']), tools, results };
	},
	write(res, stream, answer, id) {
		const item = answer.call
			? { type: 'function_call', id: `fc_${id}`, call_id: `call_${id}`, ...answer.call.handle, arguments: JSON.stringify(answer.call.args), status: 'completed' }
			: { type: 'message', id: `msg_${id}`, role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: answer.text, annotations: [] }] };
		const whole = { id: `resp_${id}`, object: 'response', created_at: 0, model: 'scripted', status: 'completed', output: [item],
			usage: { input_tokens: 10, input_tokens_details: { cached_tokens: 0 }, output_tokens: 5, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: 15 } };
		if (!stream)
			return json(res, whole);
		events(res, [
			{ type: 'response.created', response: { ...whole, status: 'in_progress', output: [] } },
			{ type: 'response.output_item.added', output_index: 0, item: answer.call ? { ...item, arguments: '', status: 'in_progress' } : { ...item, content: [] } },
			...(answer.call
				? [{ type: 'response.function_call_arguments.delta', item_id: item.id, output_index: 0, delta: item.arguments },
					{ type: 'response.function_call_arguments.done', item_id: item.id, output_index: 0, arguments: item.arguments }]
				: [{ type: 'response.output_text.delta', item_id: item.id, output_index: 0, content_index: 0, delta: answer.text }]),
			{ type: 'response.output_item.done', output_index: 0, item },
			{ type: 'response.completed', response: whole },
		].map((e, sequence_number) => [e.type, { ...e, sequence_number }]));
	},
};

const chat = {
	fits: (path) => /\/chat\/completions$/.test(path),
	read(body) {
		const messages = list(body.messages), names = new Map();
		for (const m of messages)
			for (const c of list(m.tool_calls))
				names.set(c.id, c.function?.name === 'tool_call' ? parsed(c.function.arguments)?.name : c.function?.name);
		const results = messages.filter((m) => m.role === 'tool').map((m) => ({ name: names.get(m.tool_call_id) ?? '', text: plain(m.content) }));
		// A search may show tools in its result, to be reached through the tool named tool_call.
		const found = results.filter((r) => r.name === 'tool_search').flatMap((r) => [...r.text.matchAll(/<function>(.*)<\/function>/g)])
			.map(([, text]) => parsed(text)).filter((f) => f !== null).map((f) => ({ name: f.name, description: f.description, schema: f.parametersJsonSchema,
				handle: { name: 'tool_call' }, wrap: (args) => ({ name: f.name, arguments: args }) }));
		const said = (roles) => messages.filter((m) => roles.includes(m.role)).map((m) => plain(m.content));
		return {
			system: said(['system', 'developer']).join('\n'), prompts: said(['user']),
			tools: list(body.tools).map((t) => ({ name: t.function?.name, description: t.function?.description, schema: t.function?.parameters, handle: { name: t.function?.name } })).concat(found),
			results,
		};
	},
	write(res, stream, answer, id, body) {
		const finish_reason = answer.call ? 'tool_calls' : 'stop';
		const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
		const tool_calls = answer.call && [{ id: `call_${id}`, type: 'function', function: { name: answer.call.handle.name, arguments: JSON.stringify(answer.call.args) } }];
		const message = { role: 'assistant', content: answer.text ?? null, ...(tool_calls ? { tool_calls } : {}) };
		const base = { id: `chat_${id}`, created: 0, model: body.model ?? 'scripted' };
		if (!stream)
			return json(res, { ...base, object: 'chat.completion', choices: [{ index: 0, message, finish_reason }], usage });
		const chunk = (delta, end = null) => ['', { ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: end }] }];
		events(res, [
			chunk(tool_calls ? { ...message, tool_calls: tool_calls.map((c, index) => ({ index, ...c })) } : message),
			chunk({}, finish_reason),
			['', { ...base, object: 'chat.completion.chunk', choices: [], usage }],
			['', '[DONE]'],
		]);
	},
};

const anthropic = {
	fits: (path) => /\/v1\/messages$/.test(path),
	read(body) {
		const messages = list(body.messages), names = new Map(), results = [], prompts = [], found = new Set();
		const blocks = (m) => typeof m.content === 'string' ? [{ type: 'text', text: m.content }] : list(m.content);
		for (const m of messages)
			for (const b of blocks(m)) {
				if (b.type === 'tool_use')
					names.set(b.id, b.name);
				else if (b.type === 'tool_result') {
					results.push({ name: names.get(b.tool_use_id) ?? '', text: plain(b.content), isError: b.is_error === true });
					list(b.content).filter((c) => c.type === 'tool_reference').forEach((c) => found.add(c.tool_name));
				} else if (b.type === 'text' && m.role !== 'assistant')
					prompts.push(b.text);
			}
		// A deferred tool is in the list, but its model sees it only once a search referred to it.
		const tools = list(body.tools).map((t) => ({ name: t.name, description: t.description, schema: t.input_schema,
			handle: { name: t.name }, hidden: t.defer_loading === true && !found.has(t.name) }));
		return { system: plain(body.system), prompts, tools, results };
	},
	write(res, stream, answer, id, body) {
		const block = answer.call ? { type: 'tool_use', id: `toolu_${id}`, name: answer.call.handle.name, input: answer.call.args } : { type: 'text', text: answer.text };
		const stop_reason = answer.call ? 'tool_use' : 'end_turn';
		const whole = { id: `msg_${id}`, type: 'message', role: 'assistant', model: body.model ?? 'scripted', content: [block], stop_reason, stop_sequence: null,
			usage: { input_tokens: 10, output_tokens: 5, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 } };
		if (!stream)
			return json(res, whole);
		events(res, [
			{ type: 'message_start', message: { ...whole, content: [], stop_reason: null } },
			{ type: 'content_block_start', index: 0, content_block: answer.call ? { ...block, input: {} } : { type: 'text', text: '' } },
			{ type: 'content_block_delta', index: 0, delta: answer.call ? { type: 'input_json_delta', partial_json: JSON.stringify(block.input) } : { type: 'text_delta', text: answer.text } },
			{ type: 'content_block_stop', index: 0 },
			{ type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 5 } },
			{ type: 'message_stop' },
		].map((e) => [e.type, e]));
	},
};

const gemini = {
	fits: (path) => /:(streamG|g)enerateContent$/.test(path),
	read(body) {
		const contents = list(body.contents), parts = (roles) => contents.filter((c) => roles.includes(c.role ?? 'user')).flatMap((c) => list(c.parts));
		return {
			system: plain(body.systemInstruction?.parts ?? body.systemInstruction), prompts: parts(['user']).filter((p) => typeof p.text === 'string').map((p) => p.text),
			tools: list(body.tools).flatMap((t) => list(t.functionDeclarations)).map((f) => ({ name: f.name, description: f.description,
				schema: f.parametersJsonSchema ?? f.parameters, handle: { name: f.name } })),
			results: parts(['user', 'function', 'tool']).filter((p) => p.functionResponse).map(({ functionResponse: r }) => ({ name: r.name, text: typeof r.response?.output === 'string'
				? r.response.output : typeof r.response?.error === 'string' ? r.response.error : JSON.stringify(r.response), isError: r.response?.error !== undefined })),
		};
	},
	write(res, stream, answer, id) {
		const part = answer.call ? { functionCall: { id: `call_${id}`, name: answer.call.handle.name, args: answer.call.args } } : { text: answer.text };
		const whole = { candidates: [{ content: { role: 'model', parts: [part] }, finishReason: 'STOP', index: 0 }],
			usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 }, modelVersion: 'scripted', responseId: `r_${id}` };
		return stream ? events(res, [['', whole]]) : json(res, whole);
	},
};

const dialects = { responses, chat, anthropic, gemini };

function json(res, value, status = 200) {
	res.writeHead(status, { 'content-type': 'application/json' });
	res.end(JSON.stringify(value));
}

function events(res, all) {
	res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
	for (const [name, data] of all)
		res.write(`${name ? `event: ${name}\n` : ''}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`);
	res.end();
}

// What an agent asks for beside its conversation.
function beside(res, path) {
	if (/:countTokens$/.test(path))
		return json(res, { totalTokens: 10 });
	if (/\/count_tokens$/.test(path))
		return json(res, { input_tokens: 10 });
	if (/\/models$/.test(path))
		return json(res, { object: 'list', data: [{ id: 'scripted', object: 'model', type: 'model', display_name: 'scripted', created: 0, owned_by: 'test' }], models: [], has_more: false });
	return json(res, { error: { type: 'not_found_error', message: 'not here' } }, 404);
}

// Starts the model; script(conversation) gives { call: { handle, args } } or { text }.
export async function startModel(script) {
	const model = { asked: [], beside: [], refused: [] };
	const sockets = new Set();
	const server = createServer((req, res) => {
		const chunks = [];
		req.on('data', (c) => chunks.push(c)).on('end', () => {
			if (!req.url.startsWith('/')) {		// a request to a proxy
				model.refused.push(req.url.split('?')[0]);
				return json(res, { error: 'nothing leaves this machine' }, 403);
			}
			const [path] = req.url.split('?');
			const body = parsed(Buffer.concat(chunks).toString('utf8'));
			const [name, dialect] = Object.entries(dialects).find(([, d]) => d.fits(path)) ?? [];
			if (dialect === undefined || body === null) {
				model.beside.push(`${req.method} ${path}`);
				return beside(res, path);
			}
			const conversation = { dialect: name, at: performance.now(), body, ...dialect.read(body) };
			conversation.answer = script(conversation);
			model.asked.push(conversation);
			const stream = name === 'gemini' ? path.endsWith(':streamGenerateContent') : body.stream === true;
			dialect.write(res, stream, conversation.answer, model.asked.length, body);
		});
	});
	server.on('connect', (req, socket) => {
		model.refused.push(req.url);
		socket.on('error', () => {});
		socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
	});
	server.on('connection', (s) => {
		sockets.add(s);
		s.on('close', () => sockets.delete(s));
	});
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	model.url = `http://127.0.0.1:${server.address().port}`;
	model.close = () => new Promise((resolve) => {
		server.close(resolve);
		for (const s of sockets)
			s.destroy();
	});
	return model;
}
