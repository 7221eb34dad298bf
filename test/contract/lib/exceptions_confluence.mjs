// Confluence's documents, and where we deviate from them. Tables as in exceptions.mjs.
//
// v2 says {"errors":[{status, code, title, detail}]}, v1 and Data Center {"statusCode", "data", "message"}.
const isError = (v) => (Array.isArray(v.errors) && v.errors.length > 0 && v.errors.every((e) => typeof e.status === 'number' && typeof e.code === 'string' && typeof e.title === 'string')) ||
	(typeof v.statusCode === 'number' && typeof v.message === 'string' && v.message !== '' && typeof v.data === 'object');

// The judge of a document must find these faults, for the exceptions below loosen it: [what, method, path, status, answer or
// null, request or null].
const judged = (rows) => (contract, report) => {
	for (const [what, method, path, status, answer, request] of rows) {
		const op = contract.find(method, path);
		const faults = request === undefined ? contract.checkResponse(op, { status, type: 'application/json', body: JSON.stringify(answer) })
			: contract.checkRequest({ method, path, query: new URLSearchParams(), type: 'application/json', body: JSON.stringify(request) }).faults;
		const good = what.startsWith('a good');
		report(`${contract.name} judge: ${what}`, good ? faults.join() || null : faults.length > 0 ? null : 'found no fault');
	}
};
const version = { number: 2 }, text = { representation: 'storage', value: '<p />' };

const body = { is: { type: 'object', required: ['representation', 'value'], additionalProperties: false,
	properties: { representation: { enum: ['storage', 'atlas_doc_format', 'wiki'] }, value: { type: 'string' } } },
	why: 'declares no member as required, so that it and the nested form both fit every body, and "exactly one" fits none' };
const nested = (kind) => ({ is: { type: 'object', additionalProperties: false, properties: Object.fromEntries(['storage', 'atlas_doc_format', 'wiki']
	.map((n) => [n, { $ref: `#/components/schemas/${kind}BodyWrite` }])) }, why: body.why });

const v2 = {
	isError,
	merges: true,
	judge: judged([
		['a good page', 'GET', '/wiki/api/v2/pages/1', 200, { id: '1', title: 'x', _links: { webui: '/x', base: 'http://x' } }],
		['a page with a number for its id', 'GET', '/wiki/api/v2/pages/1', 200, { id: 1 }],
		['a page with an undeclared member', 'GET', '/wiki/api/v2/pages/1', 200, { id: '1', spaceKey: 'X' }],
		['a page with an undeclared link', 'GET', '/wiki/api/v2/pages/1', 200, { id: '1', _links: { self: '/x' } }],
		['a good update', 'PUT', '/wiki/api/v2/pages/1', 0, null, { id: '1', status: 'current', title: 'x', version, body: text }],
		['an update without a version', 'PUT', '/wiki/api/v2/pages/1', 0, null, { id: '1', status: 'current', title: 'x', body: text }],
		['an update with a body of no kind', 'PUT', '/wiki/api/v2/pages/1', 0, null, { id: '1', status: 'current', title: 'x', version, body: { value: 'x' } }],
		['an error in v1\'s shape without a message', 'GET', '/wiki/api/v2/pages/1', 404, { statusCode: 404, message: '' }],
	]),
	schemas: { PageBodyWrite: body, BlogPostBodyWrite: body, CommentBodyWrite: body,
		PageNestedBodyWrite: nested('Page'), BlogPostNestedBodyWrite: nested('BlogPost'), CommentNestedBodyWrite: nested('Comment') },
	wraps: {
		'PUT /wiki/api/v2/footer-comments/{comment-id}': { as: () => ({ type: 'object', required: ['id', 'version', 'body'] }), why: '_links.base stands at the request instead of the answer' },
	},
	statuses: [
		{ op: /^PUT \/wiki\/api\/v2\/(pages|footer-comments)\//, status: 409, why: 'a stale version number; seen on live sites' },
		{ op: /^(PUT|DELETE) \/wiki\/api\/v2\//, status: 403, why: 'readable, but not to be changed by this person' },
	],
};

const v1 = {
	isError,
	judge: judged([
		['a good label', 'POST', '/wiki/rest/api/content/1/label', 200, { results: [{ prefix: 'global', name: 'x', id: '1', label: 'x' }], size: 1 }],
		['a label without its id', 'POST', '/wiki/rest/api/content/1/label', 200, { results: [{ prefix: 'global', name: 'x', label: 'x' }], size: 1 }],
		['a search without totalSize', 'GET', '/wiki/rest/api/search', 200, { results: [], start: 0, limit: 1, size: 0, cqlQuery: '', searchDuration: 1, _links: {} }],
		['restrictions by operation with a wrong one', 'GET', '/wiki/rest/api/content/1/restriction/byOperation', 200, { read: { operation: 'sing', _expandable: {}, _links: {} } }],
	]),
	wraps: {
		'GET /wiki/rest/api/content/{id}/restriction/byOperation': { as: () => ({ type: 'object', properties: {
			read: { $ref: '#/components/schemas/ContentRestriction' }, update: { $ref: '#/components/schemas/ContentRestriction' } } }),
		why: 'declares a map of a map with the literal key operationType' },
	},
	statuses: [
		{ op: /^(PUT|POST) \/wiki\/rest\/api\/content\/\{id\}\/restriction$/, status: 400, why: 'people who do not exist, and locking oneself out' },
		{ op: /^POST \/wiki\/rest\/api\/(content\/\{id\}\/child\/attachment|user\/watch\/content\/\{contentId\})$/, status: 403, text: true, why: 'without X-Atlassian-Token: plain text, before any resource' },
	],
};

// Data Center's document is made from Java classes: it has their fields instead of what is written for them.
const open = { type: 'object' };
const JAVA = 'a Java field; on the wire it is another, or has more members';
const java = (schema) => ({ is: schema, why: JAVA });
const ref = (name) => java({ $ref: `#/components/schemas/${name}` });
const links = (...names) => Object.fromEntries(names.flatMap((n) => [[`${n}._links`, java(open)], [`${n}._expandable`, java(open)]]));
const page = (schema) => ({ type: 'object', required: ['results', 'start', 'limit', 'size'], properties: { results: { type: 'array', items: schema },
	start: { type: 'integer' }, limit: { type: 'integer' }, size: { type: 'integer' }, _links: open } });
const group = { type: 'object', required: ['type', 'name'], properties: { type: { enum: ['group'] }, name: { type: 'string' }, _links: open } };
const restriction = { type: 'object', required: ['operation'], properties: { operation: { enum: ['read', 'update'] }, restrictions: open, _links: open, _expandable: open } };
const c = (rest) => `/confluence/rest/api/${rest}`;

const dc = {
	isError,
	judge: judged([
		['a good page', 'GET', c('content/1'), 200, { id: '1', type: 'page', version: { number: 1 }, _links: { webui: '/x' } }],
		['a page with a number for its id', 'GET', c('content/1'), 200, { id: 1 }],
		['a page with an undeclared member', 'GET', c('content/1'), 200, { id: '1', spaceId: '2' }],
		['a version whose number is a text', 'GET', c('content/1'), 200, { id: '1', version: { number: '1' } }],
		['a history of another version', 'GET', c('content/1/history'), 200, { lastUpdated: { number: 'x' } }],
		['a search without results', 'GET', c('search'), 200, { start: 0, limit: 1, size: 0 }],
		['an error without a message', 'GET', c('content/1'), 404, { statusCode: 404, data: {} }],
	]),
	schemas: {
		...links('Content', 'Space', 'Person', 'Version', 'History', 'Label', 'JsonContentProperty', 'LongTaskStatus', 'SearchResult', 'ContentBody'),
		'Person.username': java({ type: 'string' }),
		'Person.userKey': java({ type: 'string' }),
		'Space.homepage': ref('Content'),
		'History.lastUpdated': ref('Version'),
		'History.previousVersion': ref('Version'),
		'History.nextVersion': ref('Version'),
		'History.contributors': java(open),
		'ValidationResult.errors': java({ type: 'array' }),
		'JsonContentProperty.value': java({}),
		'SearchResult.content': ref('Content'),
		'SearchResult.space': ref('Space'),
		'SearchResult.user': ref('Person'),
	},
	wraps: {
		[`GET ${c('user/memberof')}`]: { as: () => page(group), why: 'declares people' },
		[`GET ${c('group')}`]: { as: () => page(group), why: 'declares other members' },
		[`PUT ${c('content/{id}/restriction')}`]: { as: () => page(restriction), why: 'names _links get_links' },
		[`GET ${c('content/{id}/restriction/byOperation')}`]: { as: () => ({ type: 'object', properties: { read: restriction, update: restriction, _links: open } }), why: 'a mock of the documentation, not the answer' },
		[`GET ${c('content/{id}/restriction/byOperation/{operationKey}')}`]: { as: () => restriction, why: 'as above' },
		[`GET ${c('search')}`]: { as: () => ({ ...page({ $ref: '#/components/schemas/SearchResult' }), additionalProperties: false, properties: { ...page({ $ref: '#/components/schemas/SearchResult' }).properties,
			totalSize: { type: 'integer' }, cqlQuery: { type: 'string' }, searchDuration: { type: 'integer' } } }), why: 'calls totalSize totalCount, and lacks two members' },
		[`GET ${c('content/{id}/child')}`]: { as: () => ({ type: 'object', properties: { page: open, comment: open, attachment: open, _links: open, _expandable: open } }), why: 'declares one list; the answer has one a type' },
		[`POST ${c('content/{id}/child/attachment')}`]: { as: () => page({ $ref: '#/components/schemas/Content' }), why: 'declares one attachment; the answer is a list' },
	},
	statuses: [
		{ op: /^(GET|POST|PUT) \/confluence\/rest\/api\//, status: 400, why: 'hardly any refusal is declared' },
		{ op: /^(GET|POST|PUT|DELETE) \/confluence\/rest\/api\//, status: 401, why: 'as 400' },
		{ op: /^(GET|POST|PUT|DELETE) \/confluence\/rest\/api\//, status: 403, why: 'as 400' },
		{ op: /^PUT \/confluence\/rest\/api\/content\//, status: 409, why: 'a stale version number' },
		{ op: /^GET \/confluence\/rest\/api\/content\/\{id\}\/child\/attachment$/, status: 200, why: 'declares 201 for reading' },
		{ op: /^(POST|DELETE) \/confluence\/rest\/api\/user\/watch\//, status: 204, why: 'declares 200 without a body' },
	],
};

export const documents = {
	cloud: [{ file: 'cloud/confluence-v2.json', exceptions: v2 }, { file: 'cloud/confluence-v1.json', exceptions: v1 }],
	dc: [{ file: 'dc/confluence-10.0.3.json', exceptions: dc, only: 'dc' }, { file: 'dc/confluence-10.2.14.json', exceptions: dc, only: 'dc11' }],
};
