// A Jira site that a test holds in its hands: it answers at once, or keeps a request
// until the test lets it go, or does something rude. Cloud paths only. Loopback.
import { createServer } from 'node:http';
import { deadline } from './session.mjs';

export class Upstream {
	static async start() {
		const u = new Upstream();
		u.server = createServer((req, res) => u.#take(req, res));
		u.server.keepAliveTimeout = 60000;
		await new Promise((resolve) => u.server.listen(0, '127.0.0.1', resolve));
		u.url = `http://127.0.0.1:${u.server.address().port}`;
		return u;
	}

	constructor() {
		this.seen = [];		// "GET /rest/api/3/issue/OPS-1"
		this.held = new Map();	// issue key -> function that lets its answer go
		this.hold = () => false;
		this.answer = null;	// (req, res, body) => true: has answered
		this.gone = 0;		// requests whose client left before the answer
		this.waiters = new Set();
	}

	// Of a server that is to use this site.
	env(extra = {}) {
		return { JIRA_URL: this.url, JIRA_USERNAME: 'a@example.com', JIRA_API_TOKEN: 'test-token', JIRA_DEPLOYMENT: 'cloud', ...extra };
	}

	#take(req, res) {
		let body = '';
		req.setEncoding('utf8').on('data', (s) => { body += s; }).on('end', () => {
			const path = req.url.split('?')[0], key = /\/issue\/([A-Z]+-\d+)$/.exec(path)?.[1];
			this.seen.push(`${req.method} ${path}`);
			res.on('close', () => {
				if (!res.writableFinished) {
					this.gone++;
					this.#wake();
				}
			});
			if (this.answer !== null && this.answer(req, res, body)) {
				this.#wake();
				return;
			}
			const go = () => {
				const [status, json] = this.#json(req.method, path, key);
				const text = JSON.stringify(json);
				res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }).end(text);
			};
			if (key !== undefined && this.hold(key)) {
				this.held.set(key, () => {
					this.held.delete(key);
					go();
				});
				this.#wake();
			} else {
				this.#wake();
				go();
			}
		});
	}

	#json(method, path, key) {
		if (key !== undefined && method === 'GET')
			return [200, { id: key.split('-')[1], key, fields: {
				summary: `Summary of ${key}`, project: { id: '1', key: key.split('-')[0], name: 'Ops' },
				status: { id: '1', name: 'To Do', statusCategory: { key: 'new', name: 'To Do' } },
				issuetype: { id: '1', name: 'Task' },
			}, names: {}, schema: {} }];
		if (path.endsWith('/search/jql'))
			return [200, { issues: [], isLast: true }];
		if (path.endsWith('/field'))
			return [200, []];
		if (path.endsWith('/serverInfo'))
			return [200, { baseUrl: this.url, version: '1001.0.0', deploymentType: 'Cloud' }];
		return [404, { errorMessages: ['Not here.'], errors: {} }];
	}

	#wake() {
		for (const w of this.waiters)
			w();
	}

	until(condition, what) {
		let wake;
		const found = new Promise((resolve) => {
			wake = () => condition() && resolve();
			this.waiters.add(wake);
			wake();
		});
		return deadline(found, what).finally(() => this.waiters.delete(wake));
	}

	stop() {
		this.server.closeAllConnections();
		return new Promise((resolve) => this.server.close(resolve));
	}
}
