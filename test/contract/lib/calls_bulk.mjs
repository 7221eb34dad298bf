// Attachments, creation in bulk, Cloud's bulk operations, archiving. Rows as in calls.mjs.
const part = (name, type, bytes) => `--X\r\nContent-Disposition: form-data; name="${name}"; filename="a.txt"\r\nContent-Type: ${type}\r\n\r\n${bytes}\r\n--X--\r\n`;
const form = 'multipart/form-data; boundary=X';
const bad = { mode: 'bad' };

function common({ api }) {
	const p = (rest) => `/rest/api/${api}/${rest}`;
	const one = (summary, more) => ({ fields: { project: { key: 'OPS' }, issuetype: { name: 'Task' }, summary, ...more } });
	return [
		['GET', p('attachment/meta'), 200, { is: (a) => a.enabled && a.uploadLimit > 0 }],
		['POST', p('issue/OPS-1/attachments'), 200, { raw: part('file', 'text/plain', 'some bytes'), type: form, headers: { 'X-Atlassian-Token': 'no-check' },
			is: (a) => a.length === 1 && a[0].size === 10 && a[0].mimeType === 'text/plain', keep: { att: '0.id' } }],
		['POST', p('issue/OPS-1/attachments'), 403, { raw: part('file', 'text/plain', 'x'), type: form, says: 'XSRF check failed' }],
		['POST', p('issue/OPS-1/attachments'), 400, { raw: part('other', 'text/plain', 'x'), type: form, headers: { 'X-Atlassian-Token': 'no-check' }, ...bad }],
		['POST', p('issue/OPS-9999/attachments'), 404, { raw: part('file', 'text/plain', 'x'), type: form, headers: { 'X-Atlassian-Token': 'no-check' } }],
		['GET', p('issue/OPS-1?fields=attachment'), 200, { is: (a) => a.fields.attachment.length === 1 && a.fields.attachment[0].filename === 'a.txt' }],
		['GET', p('attachment/$att'), 200, { is: (a) => a.filename === 'a.txt' && a.size === 10 && String(a.id) === '10004' }],
		['GET', p('attachment/1'), 404],
		['POST', p('issue/bulk'), 201, { body: { issueUpdates: [one('First'), one('Second', { labels: ['bulk'] })] }, is: (a) => a.issues.length === 2 && a.errors.length === 0,
			keep: { b1: 'issues.0.key', b2: 'issues.1.key' } }],
		['POST', p('issue/bulk'), 201, { body: { issueUpdates: [one('Good'), one(undefined)] }, is: (a) => a.issues.length === 1 && a.errors[0].failedElementNumber === 1 }],
		['POST', p('issue/bulk'), 400, { body: { issueUpdates: [one('Bad', { priority: { name: 'Urgent' } })] }, is: (a) => a.issues.length === 0 && a.errors.length === 1 }],
		['POST', p('issue/bulk'), 400, { body: { issueUpdates: [] } }],
	];
}

const last = (p) => [
	['DELETE', p('attachment/$att'), 403, { auth: 'guest' }],
	['DELETE', p('attachment/$att'), 204],
	['DELETE', p('attachment/$att'), 404],
];

const p3 = (rest) => `/rest/api/3/${rest}`, p2 = (rest) => `/rest/api/2/${rest}`;
const ended = { is: (a) => a.status === 'COMPLETE' };

export const cloud = [
	...common({ api: 3 }),
	['GET', p3('attachment/content/$att'), 303],
	['GET', p3('attachment/content/$att?redirect=false'), 200],
	['GET', p3('attachment/content/1'), 404],
	['GET', p3('attachment/thumbnail/$att'), 404],
	['GET', p3('attachment/thumbnail/10001?width=64&height=64&fallbackToDefault=false'), 303],
	['GET', '/media/file/$att/binary?token=sandbox-$att', 200, { auth: 'none', mode: 'outside' }],
	['GET', '/media/file/$att/binary?token=wrong', 403, { auth: 'none', mode: 'outside' }],
	['GET', '/media/file/$att/binary?token=sandbox-$att', 400, { mode: 'outside', says: 'Only one auth mechanism allowed' }],
	...last(p3),
	['GET', p3('bulk/issues/fields?issueIdsOrKeys=$b1,$b2'), 200, { is: (a) => a.fields.some((f) => f.id === 'labels') }],
	['GET', p3('bulk/issues/fields?issueIdsOrKeys=$b1&searchText=prio'), 200, { is: (a) => a.fields.length === 1 }],
	['GET', p3('bulk/issues/fields?issueIdsOrKeys=OPS-9999'), 404],
	['POST', p3('bulk/issues/fields'), 201, { body: { selectedIssueIdsOrKeys: ['$b1', '$b2', 'OPS-9999'], selectedActions: ['labels', 'priority', 'assignee'], editedFieldsInput: {
		labelsFields: [{ fieldId: 'labels', bulkEditMultiSelectFieldOption: 'REPLACE', labels: [{ name: 'edited' }] }], priority: { priorityId: '1' },
		singleSelectClearableUserPickerFields: [{ fieldId: 'assignee', user: { accountId: '712020:91c4a3d5-0be2-4b7d-8e65-3a2f9d40c8f6' } }] } }, keep: { task: 'taskId' } }],
	['GET', p3('bulk/queue/$task'), 200, { is: (a) => a.status === 'RUNNING' }],
	['GET', p3('bulk/queue/$task'), 200, { is: (a) => a.status === 'COMPLETE' && a.processedAccessibleIssues.length === 2 && a.invalidOrInaccessibleIssueCount === 1 }],
	['GET', p3('bulk/queue/1'), 400],
	['GET', p3('issue/$b2?fields=labels,priority,assignee'), 200, { is: (a) => a.fields.labels.join() === 'edited' && a.fields.priority.name === 'Highest' && a.fields.assignee.displayName === 'Mei Tanaka' }],
	['POST', p3('bulk/issues/fields'), 400, { body: { selectedIssueIdsOrKeys: ['OPS-9999'], selectedActions: ['labels'], editedFieldsInput: {} } }],
	['POST', p3('bulk/issues/fields'), 400, { body: { selectedIssueIdsOrKeys: ['$b1'], selectedActions: ['labels'], editedFieldsInput: {} } }],
	['GET', p3('bulk/issues/transition?issueIdsOrKeys=$b1,$b2'), 200, { is: (a) => a.availableTransitions[0].transitions.some((t) => t.transitionName === 'Start work') }],
	['POST', p3('bulk/issues/transition'), 201, { body: { bulkTransitionInputs: [{ selectedIssueIdsOrKeys: ['$b1', '$b2'], transitionId: '11' }] }, keep: { task: 'taskId' } }],
	['GET', p3('issue/$b1?fields=status'), 200, { is: (a) => a.fields.status.name === 'In Progress' }],
	['POST', p3('bulk/issues/transition'), 201, { body: { bulkTransitionInputs: [{ selectedIssueIdsOrKeys: ['$b1'], transitionId: '11' }] }, keep: { task: 'taskId' } }],
	['GET', p3('bulk/queue/$task'), 200],
	['GET', p3('bulk/queue/$task'), 200, { is: (a) => Object.values(a.failedAccessibleIssues)[0][0].includes('not valid for this issue') }],
	['POST', p3('bulk/issues/transition'), 403, { auth: 'guest', body: { bulkTransitionInputs: [{ selectedIssueIdsOrKeys: ['$b1'], transitionId: '11' }] } }],
	['POST', p3('bulk/issues/watch'), 201, { body: { selectedIssueIdsOrKeys: ['$b1', 'OPS-20'] } }],
	['POST', p3('bulk/issues/unwatch'), 201, { body: { selectedIssueIdsOrKeys: ['$b1'] } }],
	['GET', p3('issue/$b1?fields=watches'), 200, { is: (a) => a.fields.watches.isWatching === false }],
	['POST', p3('bulk/issues/move'), 201, { body: { targetToSourcesMapping: { 'SHOP,10002': { inferClassificationDefaults: true, inferFieldDefaults: true, inferStatusDefaults: true,
		inferSubtaskTypeDefault: true, issueIdsOrKeys: ['$b1'] } } }, keep: { task: 'taskId' } }],
	['GET', p3('bulk/queue/$task'), 200],
	['GET', p3('bulk/queue/$task'), 200, ended],
	['GET', p3('issue/$b1'), 404],
	['POST', p3('bulk/issues/move'), 400, { body: { targetToSourcesMapping: { 'NONE,1': { inferClassificationDefaults: true, inferFieldDefaults: true, inferStatusDefaults: true,
		inferSubtaskTypeDefault: true, issueIdsOrKeys: ['$b2'] } } } }],
	['PUT', p3('issue/archive'), 200, { body: { issueIdsOrKeys: ['$b2', 'OPS-9999'] }, is: (a) => a.numberOfIssuesUpdated === 1 && a.errors.issuesNotFound.count === 1 }],
	['GET', p3(`search/jql?jql=${encodeURIComponent('labels = edited AND project = OPS')}&fields=summary`), 200, { is: (a) => a.issues.length === 0 }],
	['PUT', p3('issue/unarchive'), 200, { body: { issueIdsOrKeys: ['$b2'] }, is: (a) => a.numberOfIssuesUpdated === 1 }],
	['PUT', p3('issue/archive'), 400, { body: { issueIdsOrKeys: ['OPS-9999'] } }],
	['PUT', p3('issue/archive'), 403, { auth: 'guest', body: { issueIdsOrKeys: ['$b2'] } }],
	['POST', p3('bulk/issues/delete'), 201, { body: { selectedIssueIdsOrKeys: ['$b2'] } }],
	['GET', p3('issue/$b2'), 404],
	['POST', p3('bulk/issues/delete'), 400, { body: { selectedIssueIdsOrKeys: ['$b2'] } }],
];

export const dc = [
	...common({ api: 2 }),
	['GET', '/secure/attachment/$att/a.txt', 200, { mode: 'outside' }],
	['GET', '/secure/attachment/1/a.txt', 404, { mode: 'outside' }],
	['GET', '/secure/thumbnail/10001/_thumb_10001.png', 200, { mode: 'outside' }],
	...last(p2),
	['PUT', p2('issue/$b1/archive'), 204],
	['PUT', p2('issue/$b1/archive'), 403],
	['POST', p2('search'), 200, { body: { jql: 'key = $b1', validateQuery: false }, is: (a) => a.issues.length === 0 }],
	['PUT', p2('issue/$b1/restore'), 204],
	['PUT', p2('issue/OPS-9999/restore'), 404],
];
