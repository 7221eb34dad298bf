// A proxy between a client and the sandbox that holds every request and every answer against the document.
//
// A driver that asks wrongly on purpose says so in the header X-Contract: "bad" (the request may break the document, its
// answer may not) or "outside" (a path that the document does not have). The header is not passed on.
import http from 'node:http';

export class Proxy {
	constructor(client, contract, target, adf) {
		this.adf = adf;
		this.client = client;
		this.contract = contract;
		this.target = new URL(target);
		this.seen = [];		// { op, method, path, status, faults }
		this.agent = new http.Agent({ keepAlive: true });
	}

	async start() {
		this.server = http.createServer((req, res) => this.handle(req, res));
		await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
		this.url = `http://127.0.0.1:${this.server.address().port}`;
		return this;
	}

	stop() {
		this.agent.destroy();
		this.server.closeAllConnections();
		return new Promise((resolve) => this.server.close(resolve));
	}

	async handle(req, res) {
		const bytes = await collect(req), body = bytes.toString('utf8');
		const mode = req.headers['x-contract'] ?? 'good';
		const headers = { ...req.headers, host: this.target.host };
		delete headers['x-contract'];
		const out = http.request({ host: this.target.hostname, port: this.target.port, method: req.method, path: req.url, headers, agent: this.agent });
		out.on('error', (e) => {
			this.seen.push({ method: req.method, path: req.url, status: 0, faults: [`the sandbox did not answer: ${e.message}`] });
			res.destroy();
		});
		out.on('response', async (answer) => {
			const text = await collect(answer);
			this.check(req, body, mode, answer, text.toString('utf8'));
			res.writeHead(answer.statusCode, answer.headers);
			res.end(text);
		});
		out.end(bytes);
	}

	check(req, body, mode, answer, text) {
		const url = new URL(req.url, this.target);
		const path = decodeURI(url.pathname).replace(/^\/ex\/jira\/[^/]+(?=\/rest\/)/, '');	// the gateway's prefix
		const request = { method: req.method, path, query: url.searchParams, type: req.headers['content-type'], body };
		const entry = { method: req.method, path, status: answer.statusCode, faults: [] };
		this.seen.push(entry);
		// jira.js sends wiki markup to v2, whose document we do not have: the path must exist in v3.
		if (this.contract.name === 'cloud' && path.startsWith('/rest/api/2/')) {
			entry.op = this.contract.find(req.method, path.replace('/rest/api/2/', '/rest/api/3/'));
			if (entry.op === undefined)
				entry.faults.push(`the document has no ${req.method} ${path}`);
			return;
		}
		// Data Center's files lie beside its REST API, at the addresses that its answers give.
		if (req.method === 'GET' && path.startsWith('/confluence/download/attachments/'))
			return;
		const { op, faults } = this.contract.checkRequest(request);
		entry.op = op;
		if (mode === 'outside') {
			if (op !== undefined)
				entry.faults.push('said to be outside of the document, but it is there');
			return;
		}
		if (mode === 'good' || op === undefined)
			entry.faults.push(...faults, ...this.documents(body, 'request', answer.statusCode < 400));
		if (mode === 'bad' && faults.length > 0)
			entry.bad = faults;
		if (op !== undefined)
			entry.faults.push(...this.contract.checkResponse(op, { status: answer.statusCode, type: answer.headers['content-type'], body: text }), ...this.documents(text, 'answer', true));
	}

	// Faults of the ADF documents in a body. A request that was refused may hold anything.
	documents(body, where, wanted) {
		if (!wanted || this.contract.name !== 'cloud' || !body.startsWith('{'))
			return [];
		try {
			return this.adf.faults(JSON.parse(body), where);
		} catch {
			return [];	// not JSON: said elsewhere
		}
	}
}

function collect(stream) {
	return new Promise((resolve, reject) => {
		const parts = [];
		stream.on('data', (d) => parts.push(d));
		stream.on('end', () => resolve(Buffer.concat(parts)));
		stream.on('error', reject);
	});
}
