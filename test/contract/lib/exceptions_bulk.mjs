// Where the documents are wrong about attachments and changes of many issues. Tables as in exceptions.mjs.
const any = {};
const milliseconds = { is: { type: 'integer' }, why: 'declares date-time; the examples and real sites give milliseconds' };
const NO_FILE = { op: /^POST .*\/issue\/\{issueIdOrKey\}\/attachments$/, status: 400, why: 'of a body without a file' };

// {"errors":[{"message"}]} of bulk operations, {"errors":[{"elementErrors"}]} of bulk creation
const isError = (v) => Array.isArray(v.errors) && v.errors.length > 0 && v.errors.every((e) => typeof e.message === 'string' || typeof e.elementErrors === 'object');

export const cloud = {
	isError,
	schemas: {
		IssueBulkOperationsFieldOption: { is: { type: 'object', required: ['id'], properties: { id: { type: 'string' } }, additionalProperties: any },
			why: 'declared without members; the example has id, priority and description' },
		'JiraSingleSelectUserPickerField.user': { is: any, why: 'declares an object; null unassigns, says the text' },
		'BulkOperationProgress.created': milliseconds,
		'BulkOperationProgress.started': milliseconds,
		'BulkOperationProgress.updated': milliseconds,
		IssueBulkMovePayload: { is: { type: 'object', required: ['targetToSourcesMapping'], additionalProperties: false, properties: {
			sendBulkNotification: { type: 'boolean' }, targetToSourcesMapping: { type: 'object', additionalProperties: { $ref: '#/components/schemas/targetToSourcesMapping' } } } },
		why: 'requires targetToMultipleSourceMapping, which it does not declare' },
		targetToSourcesMapping: { is: { type: 'object', additionalProperties: false, required: ['inferClassificationDefaults', 'inferFieldDefaults', 'inferStatusDefaults',
			'inferSubtaskTypeDefault', 'issueIdsOrKeys'], properties: { inferClassificationDefaults: { type: 'boolean' }, inferFieldDefaults: { type: 'boolean' },
			inferStatusDefaults: { type: 'boolean' }, inferSubtaskTypeDefault: { type: 'boolean' }, issueIdsOrKeys: { type: 'array', items: { type: 'string' } },
			targetClassification: any, targetMandatoryFields: any, targetStatus: any } }, why: 'requires issueIdOrKeys, declares issueIdsOrKeys' },
	},
	statuses: [NO_FILE],
};

export const dc = {
	isError,
	wraps: {
		'POST /rest/api/2/issue/{issueIdOrKey}/attachments': { as: (schema) => ({ type: 'array', items: schema }), why: 'declares one; the site answers a list' },
	},
	statuses: [
		NO_FILE,
		{ op: /^DELETE .*\/attachment\/\{id\}$/, status: 404, why: 'of an attachment that is not there' },
	],
	outside: [
		{ path: /^\/secure\/attachment\/\d+\/[^/]+$/, why: 'where Data Center gives out the files themselves, as "content" of an attachment says' },
	],
};
