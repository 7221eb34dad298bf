// From an official OpenAPI document to operations with compiled validators.
//
// The documents are read as they are and corrected here, at run time, for the defects that exceptions.mjs and the lines
// below name; nothing of them is copied into the project. Both sides are held to it strictly: no request and no answer of
// the sandbox has a member that the document does not declare. (Real answers do; the sandbox is ours, and a member that
// is not in the document is more likely a slip of ours than a likeness.)
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';

// Jira prints "+0000" where RFC 3339 wants "+00:00".
const FORMATS = {
	'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/,
	date: /^\d{4}-\d\d-\d\d$/,
	uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
	int32: { type: 'number', validate: (n) => Math.abs(n) <= 2 ** 31 },
	int64: { type: 'number', validate: (n) => Number.isInteger(n) },
};
const KEPT = ['type', 'properties', 'items', 'required', 'enum', 'format', 'allOf', 'anyOf', 'oneOf', 'additionalProperties', '$ref',
	'nullable', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'uniqueItems', 'pattern', 'not'];

function orNull(schema) {
	return { anyOf: [schema, { type: 'null' }] };
}

// mode: 'req' as it is; 'res' lets every member that is not required be null, for the documents never say nullable, and
// closes objects that Data Center's documents leave open. An allOf of one is what it holds.
function schemaOf(source, mode) {
	if (source === undefined || source === null || typeof source !== 'object')
		return {};
	let out = {};
	if (mode === 'res' && source.allOf?.length === 1 && source.properties === undefined)
		return schemaOf(source.allOf[0], mode);
	for (const key of KEPT) {
		const v = source[key];
		if (v === undefined)
			continue;
		if (key === '$ref')
			out.$ref = `${mode}${v}`;
		else if (key === 'properties') {
			out.properties = {};
			for (const [name, p] of Object.entries(v)) {
				const s = schemaOf(p, mode);
				out.properties[name] = mode !== 'req' && !(source.required ?? []).includes(name) ? orNull(s) : s;
			}
		} else if (key === 'items' || key === 'not')
			out[key] = schemaOf(v, mode);
		else if (key === 'allOf' || key === 'anyOf' || key === 'oneOf')
			out[key] = v.map((s) => schemaOf(s, mode));
		else if (key === 'additionalProperties') {
			if (v === false)
				out.additionalProperties = false;
			else if (typeof v === 'object')
				out.additionalProperties = mode !== 'req' ? orNull(schemaOf(v, mode)) : schemaOf(v, mode);
		} else if (key === 'format') {
			if (FORMATS[v] !== undefined)
				out.format = v;
		} else if (key !== 'nullable')
			out[key] = v;
	}
	if (mode === 'res' && out.properties !== undefined && out.additionalProperties === undefined && source.additionalProperties === undefined)
		out.additionalProperties = false;
	if (source.nullable)
		out = orNull(out);
	// A $ref beside others would be ignored by draft-04 readers and is not by ajv: keep it alone, as OpenAPI 3.0 does.
	return out.$ref !== undefined ? { $ref: out.$ref } : out;
}

// Examples are stored as strings in Cloud's documents. They are dropped from the schemas; counted, to say so.
function countExamples(doc) {
	let strings = 0;
	for (const item of Object.values(doc.paths))
		for (const op of Object.values(item))
			for (const r of Object.values(op.responses ?? {}))
				for (const c of Object.values(r.content ?? {}))
					strings += typeof c.example === 'string';
	return strings;
}

function patternOf(path) {
	const escaped = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
	return new RegExp(`^${escaped.replace(/\{[^/}]+\}/g, '([^/]+)')}$`);
}

// The thing itself where the document refers to one of its components.
function resolved(doc, thing) {
	while (thing?.$ref !== undefined)
		thing = thing.$ref.slice(2).split('/').reduce((v, k) => v[k], doc);
	return thing;
}

// Confluence's v2 adds members to an answer by an allOf of two objects, which no closed object can pass: they become one.
function mergeAllOf(doc, schema) {
	if (schema === null || typeof schema !== 'object')
		return;
	const parts = (schema.allOf ?? []).map((s) => resolved(doc, s));
	if (parts.length > 1 && parts.every((s) => s?.properties !== undefined)) {
		delete schema.allOf;
		schema.type = 'object';
		schema.required = parts.flatMap((s) => s.required ?? []);
		schema.properties = { ...schema.properties };
		for (const part of parts)
			for (const [name, p] of Object.entries(part.properties))
				schema.properties[name] = schema.properties[name] === undefined ? p : { allOf: [schema.properties[name], p] };
	}
	Object.values(schema).forEach((s) => mergeAllOf(doc, s));
}

export class Contract {
	constructor(name, file, exceptions) {
		const doc = JSON.parse(readFileSync(file, 'utf8'));
		this.doc = doc;
		if (exceptions.merges)
			mergeAllOf(doc, doc.paths);
		this.name = name;
		this.version = doc.info.version;
		this.exceptions = exceptions;
		this.used = new Set();
		this.strings = countExamples(doc);
		for (const [path, schema] of Object.entries(exceptions.schemas ?? {})) {
			const [schemaName, property] = path.split('.');
			const target = doc.components.schemas[schemaName];
			if (target === undefined)
				throw new Error(`${name}: exception for an unknown schema ${path}`);
			if (property === undefined)
				doc.components.schemas[schemaName] = schema.is;
			else
				target.properties[property] = schema.is;
		}
		for (const [name, { add }] of Object.entries(exceptions.members ?? {}))
			for (const member of add) {
				const properties = doc.components.schemas[name].properties ??= {};
				if (properties[member] !== undefined)
					throw new Error(`${this.name}: ${name}.${member} is declared, the exception is not needed`);
				properties[member] = {};
			}
		this.ajv = new Ajv({ strict: false, allErrors: true, formats: FORMATS, validateFormats: true, logger: false });
		for (const mode of ['req', 'res']) {
			const components = { schemas: {} };
			for (const [n, s] of Object.entries(doc.components.schemas))
				components.schemas[n] = schemaOf(s, mode);
			this.ajv.addSchema({ components }, mode);
		}
		// Data Center's and others' paths are relative to the server's: its prefix is put in front of them.
		const prefix = new URL(doc.servers?.[0]?.url.replace(/\{[^}]*\}/g, 'x') ?? '/', 'http://x').pathname.replace(/\/$/, '');
		this.operations = [];
		for (const [path, item] of Object.entries(doc.paths))
			for (const method of ['get', 'post', 'put', 'delete', 'patch'])
				if (item[method] !== undefined)
					this.operations.push(this.operation(prefix + path, method.toUpperCase(), item, item[method]));
		// A literal path comes before one with a parameter in the same place.
		this.operations.sort((a, b) => a.path.split('{').length - b.path.split('{').length);
	}

	compile(schema, mode) {
		return this.ajv.compile(schemaOf(schema, mode));
	}

	operation(path, method, item, op) {
		const id = `${method} ${path}`;
		const requestBody = resolved(this.doc, op.requestBody);
		const body = requestBody?.content?.['application/json']?.schema;
		const wrap = this.exceptions.wraps?.[id];
		const found = { contract: this, types: Object.keys(requestBody?.content ?? {}), id, path, method, pattern: patternOf(path), bodyRequired: requestBody?.required === true, responses: {} };
		found.parameters = [...(item.parameters ?? []), ...(op.parameters ?? [])].map((q) => resolved(this.doc, q));
		let request;
		found.request = () => request ??= body === undefined ? null : this.compile(body, 'req');
		for (const [status, r] of Object.entries(op.responses)) {
			let schema = resolved(this.doc, r).content?.['application/json']?.schema;
			if (status === '200' && wrap !== undefined)
				schema = wrap.as(schema);
			// {} is how the documents write "no body".
			if (schema !== undefined && Object.keys(schema).length === 0)
				schema = undefined;
			let compiled;
			found.responses[status] = () => compiled ??= schema === undefined ? null : this.compile(schema, 'res');
		}
		return found;
	}

	find(method, path) {
		return this.operations.find((o) => o.method === method && o.pattern.test(path));
	}

	// Why a parameter's text does not fit its schema, or null.
	parameterFault(p, text) {
		const schema = p.schema?.$ref === undefined ? p.schema ?? {} : {};
		const one = (s, t) => {
			if (s.type === 'integer' && !/^-?\d+$/.test(t))
				return 'is no integer';
			if (s.type === 'boolean' && !/^(true|false)$/.test(t))
				return 'is no boolean';
			if (s.enum !== undefined && !s.enum.includes(t))
				return `is none of ${s.enum.join(', ')}`;
			return null;
		};
		if (schema.type !== 'array')
			return one(schema, text);
		return text.split(',').map((t) => one(schema.items?.$ref === undefined ? schema.items ?? {} : {}, t)).find((f) => f !== null) ?? null;
	}

	// { op, faults } for { method, path, query: URLSearchParams, body: text }.
	checkRequest({ method, path, query, type, body }) {
		const op = this.find(method, path);
		const faults = [];
		const outside = (this.exceptions.outside ?? []).find((o) => o.path.test(path));
		if (op === undefined && outside !== undefined) {
			this.used.add(outside);
			return { op, faults };
		}
		if (op === undefined)
			return { op, faults: [`the document has no ${method} ${path}`] };
		for (const [name, value] of query) {
			const p = op.parameters.find((q) => q.in === 'query' && q.name === name);
			const allowed = this.exceptions.parameters?.[`${op.id} ${name}`];
			if (allowed !== undefined)
				this.used.add(`${op.id} ${name}`);
			else if (p === undefined)
				faults.push(`query parameter '${name}' is not declared`);
			else if (this.parameterFault(p, value) !== null)
				faults.push(`query parameter '${name}': '${value}' ${this.parameterFault(p, value)}`);
		}
		for (const p of op.parameters)
			if (p.in === 'query' && p.required && !query.has(p.name))
				faults.push(`query parameter '${p.name}' is missing`);
		if (body === '') {
			if (op.bodyRequired)
				faults.push('the body is missing');
			return { op, faults };
		}
		if (op.types.some((t) => !t.includes('json') && (t === '*/*' || (type ?? '').startsWith(t))))
			return { op, faults };
		if (op.request() === null)
			return { op, faults: [...faults, 'a body is sent, the document has none'] };
		if (!/^application\/json/.test(type ?? ''))
			faults.push(`Content-Type is '${type}'`);
		let value;
		try {
			value = JSON.parse(body);
		} catch (e) {
			return { op, faults: [...faults, `body: ${e.message}`] };
		}
		if (!op.request()(value))
			faults.push(...op.request().errors.map((e) => `body${e.instancePath}: ${e.message} ${JSON.stringify(e.params)}`));
		return { op, faults };
	}

	checkResponse(op, { status, type, body }) {
		const declared = op.responses[status] ?? op.responses.default;
		const extra = (this.exceptions.statuses ?? []).find((s) => s.status === status && s.op.test(op.id));
		const faults = [];
		if (declared === undefined && extra === undefined)
			return [`status ${status} is not declared (${Object.keys(op.responses).join(', ')})`];
		if (extra !== undefined && (declared === undefined || extra.text))
			this.used.add(extra);
		if (status === 204)
			return body === '' ? [] : ['204 with a body'];
		const validate = declared === undefined ? null : declared();
		if (validate === null && status < 400)
			return [];
		if (validate === null && !/json/.test(type ?? ''))
			return status === 401 || extra?.text ? [] : [`status ${status} is not JSON but '${type}'`];
		let value;
		try {
			value = JSON.parse(body);
		} catch (e) {
			return [`the answer is no JSON: ${e.message}`];
		}
		if (validate !== null && !validate(value))
			faults.push(...validate.errors.map((e) => `answer${e.instancePath}: ${e.message} ${JSON.stringify(e.params)}`));
		if (status >= 400 && !this.isError(value))
			faults.push(`status ${status}: not an error body: ${body.slice(0, 120)}`);
		return faults;
	}

	// {"errorMessages": [...], "errors": {...}}, or the body that both give before a resource is reached.
	isError(v) {
		if (this.exceptions.isError?.(v))
			return true;
		const collection = Array.isArray(v.errorMessages) && v.errorMessages.every((m) => typeof m === 'string') &&
			typeof v.errors === 'object' && Object.values(v.errors).every((m) => typeof m === 'string') &&
			v.errorMessages.length + Object.keys(v.errors).length > 0;
		return collection || (typeof v.message === 'string' && typeof v['status-code'] === 'number');
	}
}

// Several documents of one site, asked in order.
export class Contracts {
	constructor(name, list) {
		this.name = name;
		this.list = list;
	}

	find(method, path) {
		return this.list.map((c) => c.find(method, path)).find((op) => op !== undefined);
	}

	checkRequest(request) {
		return (this.find(request.method, request.path)?.contract ?? this.list[0]).checkRequest(request);
	}

	checkResponse(op, answer) {
		return op.contract.checkResponse(op, answer);
	}
}
