// Where we deviate from the official documents, and why. One table: a row that is never needed is reported.
//
// wraps      the document declares the item, the site answers a list or a page of them
// schemas    a schema that no real answer or request fits
// members    what real answers have and the schema does not declare
// parameters query parameters that exist but are not declared
// statuses   answers that exist but are not declared
// outside    paths that our requests may use although no document has them
const array = (schema) => ({ type: 'array', items: schema });
const page = (schema) => ({ type: 'object', required: ['startAt', 'maxResults', 'total', 'values'], properties: {
	startAt: { type: 'integer' }, maxResults: { type: 'integer' }, total: { type: 'integer' }, isLast: { type: 'boolean' },
	values: { type: 'array', items: schema } } });
const any = {};

const DECLARES_ITEM = 'declares the schema of one item; the site answers a list';
const listed = (paths) => Object.fromEntries(paths.map((p) => [`GET /rest/api/2/${p}`, { as: array, why: DECLARES_ITEM }]));

export const cloud = {
	schemas: {
		'Comment.body': { is: { type: 'object', required: ['type', 'version', 'content'], properties: { type: { enum: ['doc'] },
			version: { enum: [1] }, content: { type: 'array', items: { type: 'object', required: ['type'] } } } },
			why: 'has an empty schema, so any body would pass; v3 takes and gives ADF documents' },
		'Worklog.comment': { is: { type: 'object', required: ['type', 'version', 'content'], properties: { type: { enum: ['doc'] },
			version: { enum: [1] }, content: { type: 'array' } } }, why: 'as Comment.body' },
	},
	statuses: [
		{ op: /^(GET|POST) \/rest\/api\/3\/search$/, status: 410, why: 'removed (CHANGE-2046); live sites answer 410, the document still lists it' },
		{ op: /^POST \/rest\/api\/3\/(search\/jql|issue)$/, status: 415, why: 'seen on live sites for a body that is not JSON' },
	],
};

export const dc = {
	wraps: {
		...listed(['project', 'field', 'issuetype', 'priority', 'status', 'resolution', 'user/search', 'user/assignable/search',
			'project/{projectIdOrKey}/statuses', 'project/{projectIdOrKey}/components', 'project/{projectIdOrKey}/versions']),
		'GET /rest/api/2/issue/createmeta/{projectIdOrKey}/issuetypes': { as: page, why: 'declares the item of its page' },
		'GET /rest/api/2/issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}': { as: page, why: 'declares the item of its page' },
	},
	schemas: {
		'IssueBean.fields': { is: { type: 'object' }, why: 'declares every field of an issue an object; most are strings, numbers, arrays' },
		'IssueBean.renderedFields': { is: { type: 'object' }, why: 'as IssueBean.fields; they are strings' },
		'IssueUpdateBean.fields': { is: { type: 'object' }, why: 'as IssueBean.fields' },
		'IssueUpdateBean.update': { is: { type: 'object', additionalProperties: { type: 'array', items: { type: 'object',
			properties: { add: any, set: any, remove: any, edit: any, copy: any }, additionalProperties: false } } },
			why: 'declares {operation, value}; the site takes {"add": value} and the like' },
		'EntityPropertyBean.value': { is: any, why: 'declares a string; property values are any JSON' },
		'VersionBean.releaseDate': { is: { type: 'string', format: 'date' }, why: 'declares date-time; the site gives a day' },
		'SearchResultsBean.issues': { is: { type: 'array', items: { $ref: '#/components/schemas/IssueBean' } }, why: 'as IssueBean' },
	},
	members: {
		IssueBean: { add: ['expand'], why: 'in every issue of a real site; SearchResultsBean declares it, the issue does not' },
		TransitionsMetaBean: { add: ['expand'], why: 'in every answer of a real site' },
		ProjectBean: { add: ['expand', 'lead', 'components', 'versions', 'issueTypes', 'assigneeType', 'roles', 'projectTypeKey'],
			why: 'the schema is that of a list; one project has these, as the text of the operation says' },
		PermissionJsonBean: { add: ['havePermission'], why: 'what the operation is for' },
	},
	parameters: {
		'GET /rest/api/2/issue/{issueIdOrKey}/transitions expand': {
			why: 'transitions.fields is documented in the text of the operation, not among its parameters' },
	},
	statuses: [
		{ op: /./, status: 401, why: 'Basic is declared, but few operations declare the answer to wrong credentials' },
		{ op: /\/issue\/\{issueIdOrKey\}/, status: 403, why: 'an issue that may not be seen is 403 on Data Center ("You do not have the permission to see the ' +
			'specified issue."), seen on real sites' },
		{ op: /\/(comment|worklog|editmeta|transitions)(\/|$)/, status: 404, why: 'of a missing issue or part; declared for some methods only' },
		{ op: /^PUT .*\/issue\/\{issueIdOrKey\}$/, status: 404, why: 'as above' },
		{ op: /assignable\/search$/, status: 400, why: 'of a missing parameter' },
		{ op: /comment$/, status: 400, why: 'of a wrong orderBy' },
	],
};
