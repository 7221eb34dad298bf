// Runs a transcript: what a client says to a server and what the server must answer.
//
//	# comment
//	= NAME			a case: a new server
//	@ NAME=VALUE		before the first line: environment of that server; "@ args ..." arguments;
//				"@ fixture": the server of test/conformance, which can do all of the protocol
//	> TEXT			one line to the server
//	>b "JSON string"	the same, each \u00XX one byte; without an added line end
//	< JSON			the next message from the server must match
//	<* JSON			several in a row: in any order
//
// {{name}} is replaced: {{modern}} is the _meta member of a modern request, others are
// groups of earlier expressions. In expected JSON the string "~EXPRESSION" matches text
// by regular expression and keeps its named groups, "<any>", "<int>", "<string>" match
// what they say, and an object with the member "..." may have more members. After its
// last line each case closes the server's input: exit 0, and nothing more on stdout.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { check, Failure, fail } from './check.mjs';
import { fixture, withSession } from './session.mjs';

const MODERN = '"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",' +
	'"io.modelcontextprotocol/clientInfo":{"name":"transcript","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}';

export function match(want, got, vars, at = 'message') {
	if (want === '<any>')
		return got === undefined ? `${at} is missing` : null;
	if (want === '<int>')
		return Number.isInteger(got) ? null : `${at} is no integer`;
	if (want === '<string>')
		return typeof got === 'string' ? null : `${at} is no string`;
	if (typeof want === 'string' && want.startsWith('~')) {
		const found = typeof got === 'string' ? new RegExp(want.slice(1), 'su').exec(got) : null;
		if (found === null)
			return `${at} does not match ${want}: ${JSON.stringify(got)?.slice(0, 600)}`;
		Object.assign(vars, found.groups);
		return null;
	}
	if (want === null || typeof want !== 'object')
		return want === got ? null : `${at}: got ${JSON.stringify(got)?.slice(0, 300)}, want ${JSON.stringify(want)}`;
	if (got === null || typeof got !== 'object' || Array.isArray(got) !== Array.isArray(want))
		return `${at} has another type: ${JSON.stringify(got)?.slice(0, 200)}`;
	if (Array.isArray(want) && want.length !== got.length)
		return `${at} has ${got.length} elements, want ${want.length}`;
	for (const key of Object.keys(want)) {
		const why = key === '...' ? null : match(want[key], got[key], vars, `${at}.${key}`);
		if (why !== null)
			return why;
	}
	if (!Array.isArray(want) && !('...' in want))
		for (const key of Object.keys(got))
			if (!(key in want))
				return `${at}.${key} was not expected`;
	return null;
}

function parse(file) {
	const cases = [];
	readFileSync(file, 'utf8').split('\n').forEach((line, i) => {
		const where = `${path.basename(file)}:${i + 1}`, at = line.indexOf(' ');
		const word = at === -1 ? line : line.slice(0, at), rest = at === -1 ? '' : line.slice(at + 1);
		if (line === '' || word.startsWith('#'))
			return;
		if (word === '=')
			cases.push({ name: rest, where, env: {}, args: ['--sandbox'], steps: [] });
		else if (cases.length === 0 || !['@', '>', '>b', '<', '<*'].includes(word))
			throw new Error(`${where}: what is "${word}"?`);
		else if (word === '@' && rest.startsWith('args'))
			cases.at(-1).args = rest.split(' ').slice(1);
		else if (word === '@' && rest === 'fixture')
			Object.assign(cases.at(-1), { program: fixture, args: [] });
		else if (word === '@')
			cases.at(-1).env[rest.slice(0, rest.indexOf('='))] = rest.slice(rest.indexOf('=') + 1);
		else
			cases.at(-1).steps.push({ word, text: rest, where });
	});
	return cases;
}

async function play(c, s) {
	const vars = { modern: MODERN };
	const fill = (text, where) => text.replace(/\{\{(\w+)\}\}/g, (_, name) =>
		vars[name] ?? fail(`${where}: nothing is called ${name}`));

	for (let i = 0; i < c.steps.length; i++) {
		const step = c.steps[i], text = fill(step.text, step.where);
		if (step.word === '>') {
			await s.send(text);
		} else if (step.word === '>b') {
			const bytes = Buffer.from(JSON.parse(text), 'latin1');
			for (const line of bytes.toString('utf8').split('\n')) {
				try {
					const m = JSON.parse(line);
					if (m !== null && typeof m === 'object' && 'id' in m && 'method' in m)
						s.note(m);
				} catch { /* meant to be broken */ }
			}
			await s.write(bytes);
		} else if (step.word === '<') {
			const why = match(JSON.parse(text), await s.next(`${step.where}: ${text.slice(0, 100)}`), vars);
			if (why !== null)
				fail(`${step.where}: ${why}`);
		} else {
			const wanted = [];
			for (; i < c.steps.length && c.steps[i].word === '<*'; i++)
				wanted.push({ where: c.steps[i].where, json: JSON.parse(fill(c.steps[i].text, c.steps[i].where)) });
			i--;
			while (wanted.length > 0) {
				const m = await s.next(`${wanted[0].where}: ${wanted.length} more`);
				const at = wanted.findIndex((w) => match(w.json, m, vars) === null);
				if (at === -1)
					fail(`${wanted[0].where}: ${match(wanted[0].json, m, vars)}: ${JSON.stringify(m).slice(0, 300)}`);
				wanted.splice(at, 1);
			}
		}
	}
	return c.steps.filter((step) => step.word.startsWith('<')).length;
}

export async function runTranscript(file) {
	for (const c of parse(file)) {
		await check(`${path.basename(file, '.transcript')}: ${c.name}`, async () => {
			let expected;
			const s = await withSession({ args: c.args, env: c.env, program: c.program?.() }, async (session) => { expected = await play(c, session); });
			if (s.messages.length !== expected)
				throw new Failure(`${c.where}: ${s.messages.length - expected} more than expected: ${s.raw.at(-1).slice(0, 300)}`);
		});
	}
}
