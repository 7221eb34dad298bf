// Judges a message that the server sent: by the JSON schema of the protocol revision in
// use, and by what no schema says (legacy results carry no modern member, modern ones
// carry all). The schemas are not part of the project; without them only the rest is
// judged, and the run says so once.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const MODERN = '2026-07-28';
const REVISIONS = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25', MODERN];
const RESULTS = {
	'initialize': 'InitializeResult', 'tools/list': 'ListToolsResult', 'tools/call': 'CallToolResult', 'ping': 'EmptyResult',
	'server/discover': 'DiscoverResult', 'resources/list': 'ListResourcesResult', 'prompts/list': 'ListPromptsResult',
	'resources/templates/list': 'ListResourceTemplatesResult', 'resources/read': 'ReadResourceResult',
	'prompts/get': 'GetPromptResult', 'completion/complete': 'CompleteResult', 'logging/setLevel': 'EmptyResult',
	'resources/subscribe': 'EmptyResult', 'resources/unsubscribe': 'EmptyResult', 'subscriptions/listen': 'SubscriptionsListenResult',
};
const MAY_ASK = ['tools/call', 'prompts/get', 'resources/read'];
const QUESTIONS = { 'elicitation/create': 'ElicitRequest', 'sampling/createMessage': 'CreateMessageRequest', 'roots/list': 'ListRootsRequest',
	'ping': 'PingRequest' };
const NOTIFICATIONS = {
	'notifications/progress': 'ProgressNotification', 'notifications/cancelled': 'CancelledNotification',
	'notifications/message': 'LoggingMessageNotification', 'notifications/tools/list_changed': 'ToolListChangedNotification',
	'notifications/prompts/list_changed': 'PromptListChangedNotification',
	'notifications/resources/list_changed': 'ResourceListChangedNotification',
	'notifications/resources/updated': 'ResourceUpdatedNotification',
	'notifications/subscriptions/acknowledged': 'SubscriptionsAcknowledgedNotification',
};
const ERRORS = { '-32020': 'HeaderMismatchError', '-32021': 'MissingRequiredClientCapabilityError', '-32022': 'UnsupportedProtocolVersionError' };
const CACHEABLE = ['server/discover', 'tools/list', 'resources/list', 'resources/templates/list', 'resources/read',
	'prompts/list'];
const CODES = [-32700, -32600, -32601, -32602, -32603, -32020, -32021, -32022];

const envelopeOf = (revision) => revision < '2025-11-25' ? 'JSONRPCResponse' : 'JSONRPCResultResponse';

let shared = null;

export class Validator {
	static shared() {
		return shared ??= new Validator();
	}

	constructor() {
		const dir = [process.env.MCP_SCHEMA_DIR, '../shared/reference/mcp-schema', '../../shared/reference/mcp-schema']
			.filter(Boolean).map((d) => path.resolve(root, d)).find((d) => existsSync(d));
		this.compiled = new Map();
		this.judged = 0;
		this.missing = null;
		if (dir === undefined)
			this.missing = 'schemas of the protocol: ../shared is not there';
		else if (!existsSync(path.join(path.dirname(fileURLToPath(import.meta.url)), 'node_modules/ajv')))
			this.missing = 'schemas of the protocol: ajv is not installed (npm ci in test/mcp)';
		if (this.missing !== null)
			return;
		this.ajv = {};
		for (const revision of REVISIONS) {
			const schema = JSON.parse(readFileSync(path.join(dir, revision, 'schema.json'), 'utf8'));
			const Ajv = schema.$defs === undefined ? require('ajv') : require('ajv/dist/2020');
			const ajv = new (Ajv.default ?? Ajv)({ strict: false, allErrors: false });
			(require('ajv-formats').default ?? require('ajv-formats'))(ajv);
			ajv.addSchema(schema, 'mcp');
			this.ajv[revision] = { ajv, defs: schema.$defs ?? schema.definitions, at: schema.$defs ? '$defs' : 'definitions' };
		}
	}

	// Why value is no instance of the definition; null when it is.
	against(revision, definition, value) {
		if (this.missing !== null)
			return null;
		const { ajv, defs, at } = this.ajv[revision], key = `${revision} ${definition}`;
		if (defs[definition] === undefined)
			return `revision ${revision} has no ${definition}`;
		if (!this.compiled.has(key))
			this.compiled.set(key, ajv.compile({ $ref: `mcp#/${at}/${definition}` }));
		const valid = this.compiled.get(key);
		this.judged++;
		if (valid(value))
			return null;
		const e = valid.errors[0];
		return `no ${definition} of ${revision}: ${e.instancePath || 'the message'} ${e.message}: ${JSON.stringify(value).slice(0, 300)}`;
	}

	// asked: { method, modern } of the request, undefined for a message without one.
	offence(message, asked, legacy) {
		const revision = asked?.modern ? MODERN : legacy;
		const first = (...list) => {
			for (const f of list) {
				const why = f();
				if (why !== null)
					return why;
			}
			return null;
		};
		if (message.jsonrpc !== '2.0')
			return `jsonrpc is not "2.0": ${JSON.stringify(message).slice(0, 200)}`;
		if (message.method !== undefined) {
			// Only what a listen brings is modern by itself; the rest has the same form in both eras.
			const listen = message.params?._meta?.['io.modelcontextprotocol/subscriptionId'] !== undefined;
			const def = 'id' in message ? QUESTIONS[message.method] : NOTIFICATIONS[message.method];
			return def === undefined ? `an unknown ${'id' in message ? 'request' : 'notification'}: ${message.method}` :
				this.against(listen ? MODERN : legacy, def, message);
		}
		if (message.error !== undefined) {
			if (message.result !== undefined)
				return 'both result and error';
			if (!CODES.includes(message.error.code) && message.error.code >= -32768 && message.error.code <= -32000)
				return `an error code that is not the protocol's: ${message.error.code}`;
			if (!message.error.message)
				return 'an error without message';
			// Before 2025-11-25 the schema wants an id, but an unreadable one can't be given back.
			const strict = 'id' in message ? revision : MODERN;
			const envelope = strict < '2025-11-25' ? 'JSONRPCError' : 'JSONRPCErrorResponse';
			return first(() => this.against(strict, envelope, message),
				() => message.error.code in ERRORS ? this.against(MODERN, ERRORS[message.error.code], message) : null);
		}
		if (message.result === null || typeof message.result !== 'object')
			return `neither result nor error: ${JSON.stringify(message).slice(0, 200)}`;
		const result = message.result;
		if (asked?.modern) {
			const info = result._meta?.['io.modelcontextprotocol/serverInfo'];
			if (result.resultType === 'input_required')
				return !MAY_ASK.includes(asked.method) ? `${asked.method} asks the client` :
					first(() => this.against(revision, envelopeOf(revision), message),
						() => this.against(revision, 'InputRequiredResult', result));
			if (result.resultType !== 'complete')
				return `a modern result with resultType ${JSON.stringify(result.resultType)}`;
			if (typeof info?.name !== 'string' || typeof info?.version !== 'string')
				return 'a modern result without serverInfo in _meta';
			if (CACHEABLE.includes(asked.method) && !(Number.isInteger(result.ttlMs) && result.ttlMs >= 0 &&
			    ['public', 'private'].includes(result.cacheScope)))
				return `${asked.method} without ttlMs and cacheScope`;
		} else {
			for (const member of ['resultType', 'ttlMs', 'cacheScope'])
				if (member in result)
					return `a legacy result with the modern member ${member}`;
			if (result._meta?.['io.modelcontextprotocol/serverInfo'] !== undefined)
				return 'a legacy result with serverInfo in _meta';
		}
		return first(() => this.against(revision, envelopeOf(revision), message), () => {
			const def = RESULTS[asked?.method];
			return def === undefined ? `a result for the unknown method ${asked?.method}` : this.against(revision, def, result);
		});
	}
}
