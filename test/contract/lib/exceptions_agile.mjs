// Where the agile API of a real site differs from its documents. Cloud has a document of its own for it; Data Center's is
// part of the platform's. The form is stated in exceptions.mjs.
const page = (schema) => ({ type: 'object', required: ['startAt', 'maxResults', 'values'], properties: {
	startAt: { type: 'integer' }, maxResults: { type: 'integer' }, total: { type: 'integer' }, isLast: { type: 'boolean' },
	values: { type: 'array', items: schema } }, additionalProperties: false });
const issues = (schema) => ({ type: 'object', required: ['startAt', 'maxResults', 'total', 'issues'], properties: {
	expand: { type: 'string' }, startAt: { type: 'integer' }, maxResults: { type: 'integer' }, total: { type: 'integer' },
	issues: { type: 'array', items: schema } } });
const LISTS = 'declares the schema of one item; the site answers a page';
const paged = (paths) => Object.fromEntries(paths.map((p) => [`GET /rest/agile/1.0/${p}`, { as: page, why: LISTS }]));

export const dc = {
	wraps: {
		...paged(['board', 'board/{boardId}/project', 'board/{boardId}/sprint']),
		'GET /rest/agile/1.0/board/{boardId}/issue': { as: issues, why: LISTS },
		'GET /rest/agile/1.0/board/{boardId}/backlog': { as: issues, why: LISTS },
	},
	schemas: {
		'FieldValueBean.value': { is: {}, why: 'declares an object; an estimate is a number' },
	},
};

export const documents = {
	cloud: [{ file: 'cloud/jira-software-agile.json', exceptions: {} }],
	dc: [],
};
