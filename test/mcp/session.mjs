// A telamon process on pipes, seen from outside: bytes in, JSON lines out. Whatever it
// writes to stdout must be strict JSON, one object a line, and fit the schema of the
// revision in use (schema.mjs); the first offence is kept in session.offence, and
// every wait and the end of the session report it.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from './check.mjs';
import { Validator } from './schema.mjs';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const telamon = path.resolve(process.env.TELAMON ?? path.join(root, 'build/telamon'));
export const DEADLINE_MS = Number(process.env.TEST_DEADLINE_MS ?? 10000);
export const MODERN = '2026-07-28';

const scratches = [];
process.on('exit', () => {
	for (const dir of scratches)
		rmSync(dir, { recursive: true, force: true });
});

// A fresh directory that goes away with this process.
export function scratch() {
	const dir = mkdtempSync(path.join(tmpdir(), 'telamon-test-'));
	scratches.push(dir);
	return dir;
}

// The environment of a started program: nothing of the developer's own configuration.
export function cleanEnv(extra = {}) {
	const home = extra.HOME ?? scratch();
	return {
		PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8', NO_COLOR: '1', TELAMON_STATE_DIR: path.join(home, 'state'),
		TELAMON_AUDIT: path.join(home, 'audit.log'),
		...(process.env.ASAN_OPTIONS ? { ASAN_OPTIONS: process.env.ASAN_OPTIONS } : {}), ...extra,
	};
}

export function deadline(promise, what, ms = DEADLINE_MS) {
	let timer;
	const late = new Promise((_, reject) => {
		timer = setTimeout(() => reject(new Failure(`${what}: nothing within ${ms} ms`)), ms);
	});
	return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

const live = new Set();
process.on('exit', () => {
	for (const child of live)
		child.kill('SIGKILL');
});

// Starts a program; the child is killed when this process ends.
export function start(command, args, options) {
	const child = spawn(command, args, options);
	live.add(child);
	child.exited = new Promise((resolve) => {
		child.on('exit', (code, signal) => {
			live.delete(child);
			resolve({ code, signal });
		});
		child.on('error', (error) => {
			live.delete(child);
			resolve({ code: -1, error });
		});
	});
	return child;
}

// Runs a program to its end: { code, stdout, stderr, ms }.
export async function run(command, args, { env, input, ms = DEADLINE_MS, cwd } = {}) {
	const begin = performance.now();
	const child = start(command, args, { env: env ?? cleanEnv(), cwd, stdio: ['pipe', 'pipe', 'pipe'] });
	let stdout = '', stderr = '';
	child.stdout.setEncoding('utf8').on('data', (s) => { stdout += s; });
	child.stderr.setEncoding('utf8').on('data', (s) => { stderr += s; });
	child.stdin.on('error', () => {});
	child.stdin.end(input ?? '');
	const ended = new Promise((resolve) => child.on('close', resolve));
	try {
		await deadline(ended, `${path.basename(command)} ${args.join(' ')}`, ms);
	} catch (e) {
		child.kill('SIGKILL');
		throw e;
	}
	const { code, signal } = await child.exited;
	// A remark of the sanitizer on programs with fibers, not of the program.
	stderr = stderr.replace(/^==\d+==WARNING: ASan doesn't fully support makecontext.*\n/gm, '');
	return { code, signal, stdout, stderr, ms: performance.now() - begin };
}

let fixturePath = process.env.FIXTURE;

// The test server with every feature of the protocol; built when $FIXTURE does not name it.
export function fixture() {
	if (fixturePath === undefined) {
		const kind = telamon.includes('/asan/') ? 'asan' : 'release', target = `build/${kind}/test/conformance/fixture`;
		const make = spawnSync('make', ['-s', `KIND=${kind}`, target], { cwd: root, encoding: 'utf8' });
		if (make.status !== 0)
			throw new Failure(`the fixture does not build: ${make.stderr}`);
		fixturePath = path.join(root, target);
	}
	return fixturePath;
}

const idKey = (id) => JSON.stringify(id);

export class Session {
	// options: args (after "serve"), env, stdin (a descriptor), legacy (revision assumed without initialize),
	// program (another server, with args as they are).
	constructor({ args = [], env = {}, stdin = 'pipe', legacy = '2025-11-25', program = null } = {}) {
		this.home = scratch();
		this.env = cleanEnv({ HOME: this.home, ...env });
		this.messages = [];
		this.raw = [];
		this.taken = 0;
		this.sent = new Map();		// id -> { method, modern }, for the schema
		this.legacy = legacy;
		this.offence = null;
		this.stderr = '';
		this.waiters = new Set();
		this.nextId = 1;
		this.child = start(program ?? telamon, program === null ? ['serve', ...args] : args, { env: this.env, stdio: [stdin, 'pipe', 'pipe'] });
		this.partial = Buffer.alloc(0);
		this.child.stdout.on('data', (bytes) => this.#bytes(bytes));
		this.child.stderr.setEncoding('utf8').on('data', (s) => { this.stderr += s; });
		this.child.stdin?.on('error', () => {});
		this.closed = new Promise((resolve) => this.child.on('close', () => {
			if (this.partial.length > 0)
				this.#offend(`stdout ends within a line: ${this.partial.toString('latin1').slice(0, 80)}`);
			this.ended = true;
			this.#wake();
			resolve();
		}));
	}

	#offend(why) {
		this.offence ??= why;
	}

	#wake() {
		for (const w of this.waiters)
			w();
	}

	#bytes(bytes) {
		let begin = 0, end;
		while ((end = bytes.indexOf(10, begin)) !== -1) {
			this.#line(Buffer.concat([this.partial, bytes.subarray(begin, end)]));
			this.partial = Buffer.alloc(0);
			begin = end + 1;
		}
		this.partial = Buffer.concat([this.partial, bytes.subarray(begin)]);
		this.#wake();
	}

	#line(line) {
		let text, message;
		try {
			text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line);
			message = JSON.parse(text);
		} catch (e) {
			this.#offend(`stdout carries what is not JSON (${e.message}): ${line.toString('latin1').slice(0, 120)}`);
			return;
		}
		if (/[\u0000-\u001f\u007f]/.test(text))
			this.#offend(`a control character on stdout: ${JSON.stringify(text).slice(0, 120)}`);
		if (message === null || typeof message !== 'object' || Array.isArray(message)) {
			this.#offend(`a message that is no object: ${text.slice(0, 120)}`);
			return;
		}
		this.raw.push(text);
		this.messages.push(message);
		const asked = 'id' in message ? this.sent.get(idKey(message.id)) : undefined;
		if ('id' in message && !('method' in message)) {
			if (asked === undefined)
				this.#offend(`an answer to nobody: ${text.slice(0, 200)}`);
			else if (--asked.open < 0)
				this.#offend(`answered twice: ${text.slice(0, 200)}`);
		}
		if (asked?.method === 'initialize' && message.result !== undefined)
			this.legacy = message.result.protocolVersion;
		const why = Validator.shared().offence(message, asked, this.legacy);
		if (why !== null)
			this.#offend(why);
	}

	// Bytes as they are (a string is UTF-8); returns when the pipe has taken them.
	write(bytes) {
		return new Promise((resolve) => this.child.stdin.write(bytes, () => resolve()));
	}

	// One line. An object is noted, so that its answer can be judged.
	send(message) {
		let text = message, object = message;
		if (typeof message === 'string') {
			try {
				object = JSON.parse(message);
			} catch {
				object = null;
			}
		} else {
			text = JSON.stringify(message);
		}
		if (object !== null && typeof object === 'object' && 'id' in object && !('result' in object) && !('error' in object))
			this.note(object);
		return this.write(text + '\n');
	}

	note(request) {
		const key = idKey(request.id), meta = request.params?._meta;
		const modern = meta !== null && typeof meta === 'object' && 'io.modelcontextprotocol/protocolVersion' in meta;
		const open = (this.sent.get(key)?.open ?? 0) + 1;
		this.sent.set(key, { method: request.method, modern, open });
	}

	// Waits until fn() gives something; looks again at every message.
	until(fn, what, ms = DEADLINE_MS) {
		let wake;
		const found = new Promise((resolve, reject) => {
			wake = () => {
				const value = fn();
				if (value !== undefined && value !== false && value !== null)
					resolve(value);
				else if (this.offence !== null)
					reject(new Failure(this.offence));
				else if (this.ended)
					reject(new Failure(`${what}: the server ended; stderr: ${this.stderr.slice(-400)}`));
			};
			this.waiters.add(wake);
			wake();
		});
		return deadline(found, what, ms).finally(() => this.waiters.delete(wake));
	}

	// The next message that was not yet taken, in order of arrival.
	next(what = 'a message') {
		const at = this.taken;
		return this.until(() => this.messages[at], what).then((m) => {
			this.taken = at + 1;
			return m;
		});
	}

	answer(id, what = `an answer to ${idKey(id)}`) {
		return this.until(() => this.messages.find((m) => !('method' in m) && 'id' in m && idKey(m.id) === idKey(id)), what);
	}

	meta(extra = {}) {
		return {
			'io.modelcontextprotocol/protocolVersion': MODERN,
			'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
			'io.modelcontextprotocol/clientCapabilities': {}, ...extra,
		};
	}

	async request(method, params, { modern = false, id = this.nextId++ } = {}) {
		const p = modern ? { ...params, _meta: this.meta(params?._meta) } : params;
		await this.send({ jsonrpc: '2.0', id, method, ...(p === undefined ? {} : { params: p }) });
		return this.answer(id, method);
	}

	async initialize(protocolVersion = '2025-11-25', clientInfo = { name: 'test', version: '1' }) {
		const answer = await this.request('initialize', { protocolVersion, capabilities: {}, clientInfo });
		await this.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
		return answer;
	}

	call(name, args, options) {
		return this.request('tools/call', { name, arguments: args }, options);
	}

	// The text of a call that must succeed.
	async text(name, args, options) {
		const m = await this.call(name, args, options);
		if (m.error !== undefined || m.result.isError)
			throw new Failure(`${name}: ${m.error?.message ?? m.result.content[0].text}`);
		return m.result.content[0].text;
	}

	audit() {
		const file = this.env.TELAMON_AUDIT;
		return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').filter(Boolean).map((l) => JSON.parse(l)) : [];
	}

	// Ends stdin and waits for the end of the process: { code, signal, ms }. Everything said must have been in order.
	async close(ms = DEADLINE_MS) {
		const begin = performance.now();
		this.child.stdin?.end();
		try {
			await deadline(this.closed, 'the end of the server', ms);
		} catch (e) {
			this.child.kill('SIGKILL');
			throw e;
		}
		const { code, signal } = await this.child.exited;
		if (this.offence !== null)
			throw new Failure(this.offence);
		return { code, signal, ms: performance.now() - begin };
	}

	kill() {
		this.child.kill('SIGKILL');
		return this.closed;
	}
}

// Runs fn with a session and ends it, whatever happens; a good end is part of the test.
export async function withSession(options, fn) {
	const s = new Session(options);
	try {
		await fn(s);
	} catch (e) {
		await s.kill();
		throw e;
	}
	const end = await s.close();
	if (end.code !== 0)
		throw new Failure(`exit ${end.code} ${end.signal ?? ''}; stderr: ${s.stderr.slice(-600)}`);
	return s;
}
