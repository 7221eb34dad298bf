// As lib/exceptions.mjs, for lib/calls_issue.mjs.
const dev = { path: /^\/rest\/dev-status\//, why: 'the API of the development panel is private: in no document, used by all clients' };

const array = (schema) => ({ anyOf: [schema, { type: 'array', items: schema }] });

export const cloud = {
	outside: [dev],
	schemas: { 'User.accountId': { is: { type: ['string', 'null'] }, why: 'null takes the assignee away, as the text of the operation says' } },
};
export const dc = {
	outside: [dev],
	schemas: { 'UserBean.name': { is: { type: ['string', 'null'] }, why: 'null takes the assignee away, as the text of the operation says' } },
	wraps: { 'GET /rest/api/2/issue/{issueIdOrKey}/remotelink': { as: array, why: 'a list, and one link only when its global id is asked for' } },
	statuses: [
		{ op: /^POST .*\/remotelink$/, status: 201, why: 'of a link that is new, as Cloud declares it' },
		{ op: /^PUT .*\/remotelink\/\{linkId\}$/, status: 404, why: 'of a link that is not there; declared for the other methods' },
	],
};
