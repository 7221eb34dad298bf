// Confluence's documents, and where we deviate from them. Tables as in exceptions.mjs.
//
// v2 says {"errors":[{status, code, title, detail}]}, v1 and Data Center {"statusCode", "data", "message"}.
const isError = (v) => (Array.isArray(v.errors) && v.errors.length > 0 && v.errors.every((e) => typeof e.status === 'number' && typeof e.code === 'string' && typeof e.title === 'string')) ||
	(typeof v.statusCode === 'number' && typeof v.message === 'string' && v.message !== '' && typeof v.data === 'object');

const body = { is: { type: 'object', required: ['representation', 'value'], additionalProperties: false,
	properties: { representation: { enum: ['storage', 'atlas_doc_format', 'wiki'] }, value: { type: 'string' } } },
	why: 'declares no member as required, so that it and the nested form both fit every body, and "exactly one" fits none' };
const nested = (kind) => ({ is: { type: 'object', additionalProperties: false, properties: Object.fromEntries(['storage', 'atlas_doc_format', 'wiki']
	.map((n) => [n, { $ref: `#/components/schemas/${kind}BodyWrite` }])) }, why: body.why });

const v2 = {
	isError,
	merges: true,
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
	wraps: {
		'GET /wiki/rest/api/content/{id}/restriction/byOperation': { as: () => ({ type: 'object', properties: {
			read: { $ref: '#/components/schemas/ContentRestriction' }, update: { $ref: '#/components/schemas/ContentRestriction' } } }),
		why: 'declares a map of a map with the literal key operationType' },
	},
	statuses: [
		{ op: /^(PUT|POST) \/wiki\/rest\/api\/content\/\{id\}\/restriction$/, status: 400, why: 'people who do not exist, and locking oneself out' },
		{ op: /^POST \/wiki\/rest\/api\/content\/\{id\}\/child\/attachment$/, status: 403, text: true, why: 'without X-Atlassian-Token: plain text, before any resource' },
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
