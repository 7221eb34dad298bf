// Service Management: every route of /rest/servicedeskapi, alike on both deployments. The desk is project OPS's.
const bad = { mode: 'bad' };

function common({ mei, nobody, people, mine }) {
	const p = (rest) => `/rest/servicedeskapi/${rest}`;
	const desk = (rest) => p(`servicedesk/1/${rest}`);
	const values = (...fields) => ({ serviceDeskId: '1', requestTypeId: fields[0], requestFieldValues: fields[1], ...fields[2] });
	const form = (name, text) => ({ type: 'multipart/form-data; boundary=xxx',
		raw: `--xxx\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n${text}\r\n--xxx--\r\n` });
	return [
		['GET', p('servicedesk'), 200, { is: (a) => a.values.length === 1 && a.values[0].projectKey === 'OPS' && a.isLastPage }],
		['GET', p('servicedesk/1'), 200, { is: (a) => a.projectName === 'Platform Operations' }],
		['GET', p('servicedesk/7'), 404, { says: 'does not exist' }],
		['GET', desk('queue?includeCount=true'), 200, { is: (a) => a.values.every((q) => q.issueCount > 0) }],
		['GET', desk('queue?start=1&limit=1'), 200, { is: (a) => a.size === 1 && !a.isLastPage && a.values[0].issueCount === undefined }],
		['GET', desk('queue/12/issue?limit=2'), 200, { is: (a) => a.values.length === 2 && a.values[0].fields.issuetype.name === 'Bug' }],
		['GET', desk('queue/99/issue'), 404],
		['GET', desk('requesttype'), 200, { is: (a) => a.values.length === 3 }],
		['GET', desk('requesttype?searchQuery=incident'), 200, { is: (a) => a.values.length === 1 }],
		['GET', desk('requesttype/2/field'), 200, { is: (a) => a.canRaiseOnBehalfOf && a.requestTypeFields.find((f) => f.fieldId === 'priority').validValues.length === 5 }],
		['GET', desk('requesttype/9/field'), 404],
		['GET', desk('knowledgebase/article?query=vpn'), 200, { is: (a) => a.values.length === 2 }],
		['GET', p('knowledgebase/article?query=vpn&highlight=false'), 200],
		['GET', p('knowledgebase/article?query=&highlight=false'), 400],

		// Files
		['POST', desk('attachTemporaryFile'), 201, { ...form('a.txt', 'one'), keep: { file: 'temporaryAttachments.0.temporaryAttachmentId' } }],
		['POST', desk('attachTemporaryFile'), 201, { ...form('b.txt', 'two'), keep: { second: 'temporaryAttachments.0.temporaryAttachmentId' } }],
		['POST', desk('attachTemporaryFile'), 400, { raw: '--xxx--', type: 'multipart/form-data; boundary=xxx' }],

		// Raising
		['POST', p('request'), 201, { body: values('2', { summary: 'Contract', description: 'A *bold* text', priority: { id: '2' }, components: [{ id: '10004' }],
			attachment: ['$file'] }, { raiseOnBehalfOf: mei, requestParticipants: [mine] }), keep: { request: 'issueKey' },
			is: (a) => a.reporter.displayName === 'Mei Tanaka' && a.currentStatus.status === 'To Do' &&
				a.requestFieldValues.find((f) => f.fieldId === 'priority').value.name === 'High' }],
		['GET', p('request/$request?expand=requestType,serviceDesk,participant,sla,attachment'), 200, { is: (a) => a.requestType.name === 'Report an incident' &&
			a.participants.values.length === 1 && a.sla.values.length === 2 && a.attachments.values[0].size === 3 && a.serviceDesk.projectKey === 'OPS' }],
		['POST', p('request'), 400, { body: values('2', { summary: 'x' }), says: 'Description is required.' }],
		['POST', p('request'), 400, { body: values('1', { description: 'x' }), says: 'Summary is required.' }],
		['POST', p('request'), 400, { body: values('1', { summary: 'x', duedate: '2026-12-01' }), says: 'not part of the request type' }],
		['POST', p('request'), 400, { body: values('1', { summary: 'x', attachment: ['temp1'] }), says: 'temporary attachment' }],
		['POST', p('request'), 400, { body: values('9', { summary: 'x' }) }],
		['POST', p('request'), 400, { body: values('1', { summary: 'x' }, { raiseOnBehalfOf: nobody }), says: nobody }],
		['POST', p('request'), 201, { body: values('3', { summary: 'Access', duedate: '2026-12-01' }), keep: { access: 'issueKey', id: 'issueId' } }],
		['GET', p('request/SHOP-1'), 404],
		['GET', p('request/OPS-9999'), 404],
		['GET', p('request?requestOwnership=OWNED_REQUESTS&requestStatus=OPEN_REQUESTS&limit=2&expand=requestType'), 200,
			{ is: (a) => a.size === 2 && a.values[0].issueKey === 'OPS-' + (a.values[0].issueKey.slice(4)) }],
		['GET', p('request?requestOwnership=ALL_REQUESTS&requestStatus=CLOSED_REQUESTS&serviceDeskId=1&requestTypeId=2'), 200, { is: (a) => a.size > 0 }],
		['GET', p('request?requestOwnership=APPROVER&approvalStatus=MY_PENDING_APPROVAL&searchTerm=access'), 200, { is: (a) => a.size === 1 }],
		['GET', p('request?requestOwnership=PARTICIPATED_REQUESTS'), 200, { is: (a) => a.size === 1 }],

		// Comments
		['POST', p('request/$request/comment'), 201, { body: { body: 'Seen by all', public: true }, is: (a) => a.public }],
		['POST', p('request/$request/comment'), 201, { body: { body: 'Among us', public: false }, is: (a) => !a.public }],
		['POST', p('request/$request/comment'), 400, { body: { body: '', public: true } }],
		['GET', p('request/$request/comment'), 200, { is: (a) => a.size === 2 }],
		['GET', p('request/$request/comment?internal=false'), 200, { is: (a) => a.size === 1 && a.values[0].body === 'Seen by all' }],
		['POST', p('request/OPS-9999/comment'), 404, { body: { body: 'x', public: true } }],
		['POST', p('request/$request/attachment'), 201, { body: { temporaryAttachmentIds: ['$second'], public: true, additionalComment: { body: 'See file' } },
			is: (a) => a.comment.public && a.attachments.values.length === 2 }],
		['POST', p('request/$request/attachment'), 400, { body: { temporaryAttachmentIds: [] , public: true } }],
		['GET', p('request/$request/attachment?start=0&limit=10'), 200, { is: (a) => a.size === 2 }],

		// Participants, SLA, approval, transitions
		['POST', p('request/$request/participant'), 200, { body: people([mei]), is: (a) => a.size === 2 }],
		['GET', p('request/$request/participant'), 200, { is: (a) => a.size === 2 }],
		['DELETE', p('request/$request/participant'), 200, { body: people([mei]), is: (a) => a.size === 1 }],
		['POST', p('request/$request/participant'), 400, { body: people([nobody]) }],
		['GET', p('request/$request/sla'), 200, { is: (a) => a.values[1].ongoingCycle.breached === false }],
		['GET', p('request/OPS-9999/sla'), 404],
		['GET', p('request/$request/approval'), 200, { is: (a) => a.size === 0 }],
		['GET', p('request/$access/approval'), 200, { is: (a) => a.values[0].canAnswerApproval && a.values[0].finalDecision === 'pending' }],
		['POST', p('request/$access/approval/$id'), 403, { body: { decision: 'approve' }, auth: 'guest' }],
		['POST', p('request/$access/approval/$id'), 200, { body: { decision: 'decline' }, is: (a) => a.finalDecision === 'declined' }],
		['POST', p('request/$access/approval/$id'), 409, { body: { decision: 'approve' } }],
		['POST', p('request/$access/approval/77'), 404, { body: { decision: 'approve' } }],
		['POST', p('request/$access/approval/$id'), 400, { body: { decision: 'perhaps' }, mode: 'bad' }],
		['GET', p('request/$request/transition'), 200, { is: (a) => a.values.map((t) => t.name).join() === 'Resolve' }],
		['POST', p('request/$request/transition'), 204, { body: { id: '41', additionalComment: { body: 'Thanks' } } }],
		['POST', p('request/$request/transition'), 400, { body: { id: '41' } }],
		['GET', p('request/$request?expand=sla'), 200, { is: (a) => a.currentStatus.statusCategory === 'DONE' && a.sla.values[1].completedCycles.length === 1 }],
		['GET', p('request/$request/transition'), 200, { is: (a) => a.values.map((t) => t.name).join() === 'Reopen' }],

		// Customers and organisations
		['GET', desk('customer'), 200, { is: (a) => a.size === 3 }],
		['GET', desk('customer?query=zo'), 200, { is: (a) => a.size === 1 }],
		['POST', desk('customer'), 204, { body: people([mine]) }],
		['GET', desk('customer'), 200, { is: (a) => a.size === 4 }],
		['DELETE', desk('customer'), 204, { body: people([mine]) }],
		['POST', desk('customer'), 400, { body: people([nobody]) }],
		['GET', p('organization'), 200, { is: (a) => a.size === 3 }],
		['GET', desk('organization'), 200, { is: (a) => a.size === 2 }],
		['POST', desk('organization'), 204, { body: { organizationId: 3 } }],
		['DELETE', desk('organization'), 204, { body: { organizationId: 3 } }],
		['POST', desk('organization'), 404, { body: { organizationId: 9 } }],
		['POST', p('organization/1/user'), 204, { body: people([mine]) }],
		['GET', p('organization/1/user'), 200, { is: (a) => a.size === 3 }],
		['DELETE', p('organization/1/user'), 204, { body: people([mine]) }],
		['GET', p('organization/9/user'), 404],
	];
}

const mei = '712020:91c4a3d5-0be2-4b7d-8e65-3a2f9d40c8f6', ada = '5f8e21b07c94ad006f3b1d52';

// Forms and Assets: at the gateway on Cloud, at the site on Data Center.
const forms = '/jira/forms/cloud/0a6d3c52-7b1e-4f6a-9c58-2e41d7f0b9a3/issue';
const assets = (base, ids) => [
	['GET', `${base}/object/2`, 200, { is: (a) => a.objectKey === 'HW-2' && a.id === ids(2) && a.attributes[1].objectTypeAttribute.name === 'Name' }],
	['GET', `${base}/object/99`, 404],
	['GET', `${base}/objectschema/list`, 200],
	['GET', `${base}/objectschema/1/objecttypes/flat`, 200, { is: (a) => a.length === 2 && a[0].objectCount === 3 }],
	['GET', `${base}/objectschema/7/objecttypes/flat`, 404],
	['GET', `${base}/objecttype/23/attributes`, 200, { is: (a) => a.length === 4 }],
	['GET', `${base}/objecttype/1/attributes`, 404],
];
const workspace = '/jsm/assets/workspace/7f3c2b10-5d44-4e1a-8a67-91d0c3e5f284/v1';

export const cloud = [
	...common({ mei, nobody: 'nobody', mine: ada, people: (accountIds) => ({ accountIds }) }),
	['GET', `${forms}/OPS-26/form`, 200, { is: (a) => a.length === 1, keep: { form: '0.id' } }],
	['GET', `${forms}/OPS-1/form`, 200, { is: (a) => a.length === 0 }],
	['GET', `${forms}/OPS-9999/form`, 404],
	['GET', `${forms}/OPS-26/form/$form`, 200, { is: (a) => a.state.status === 'o' }],
	['GET', `${forms}/OPS-26/form/other`, 404],
	['PUT', `${forms}/OPS-26/form/$form`, 200, { body: { answers: { 1: { text: 'x' }, 2: { choices: ['2'] } } }, is: (a) => a.state.answers[2].choices[0] === '2' }],
	['PUT', `${forms}/OPS-26/form/$form`, 400, { body: { answers: { 9: { text: 'x' } } } }],
	['PUT', `${forms}/OPS-26/form/$form/action/submit`, 200, { is: (a) => a.state.status === 's' }],
	['PUT', `${forms}/OPS-26/form/$form`, 400, { body: { answers: {} } }],
	['GET', '/rest/servicedeskapi/assets/workspace', 200, { is: (a) => a.size === 1 }],
	['GET', '/ex/jira/0a6d3c52-7b1e-4f6a-9c58-2e41d7f0b9a3/rest/api/3/myself', 200],
	...assets(workspace, String),
	['POST', `${workspace}/object/aql?startAt=0&maxResults=2&includeAttributes=true`, 200, { body: { qlQuery: 'objectType = Laptop AND Name LIKE "ThinkPad"' },
		is: (a) => a.total === 2 && a.isLast }],
	['POST', `${workspace}/object/aql?startAt=1&maxResults=1`, 200, { body: { qlQuery: 'objectSchema = Hardware' }, is: (a) => a.values.length === 1 && !a.isLast }],
	['POST', `${workspace}/object/aql`, 400, { body: { qlQuery: 'objectType Laptop' } }],
];
export const dc = [
	...common({ mei: 'mtanaka', nobody: 'nobody', mine: 'abrandt', people: (usernames) => ({ usernames }) }),
	...assets('/rest/assets/1.0', Number),
	['GET', `/rest/assets/1.0/aql/objects?qlQuery=${encodeURIComponent('objectType = Laptop')}&page=2&resultPerPage=2&includeAttributes=true`, 200,
		{ is: (a) => a.objectEntries.length === 1 && a.totalFilterCount === 3 }],
	['GET', '/rest/assets/1.0/aql/objects?qlQuery=', 400],
];
