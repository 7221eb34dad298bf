// What hangs on an issue: internal comments, work logs, votes, web links, properties, and what development tools tell.
// As lib/calls.mjs.
const doc = (text) => ({ type: 'doc', version: 1, content: [{ type: 'paragraph', content: [{ type: 'text', text }] }] });
const bad = { mode: 'bad' }, outside = { mode: 'outside' };

function common({ api, text }) {
	const p = (rest) => `/rest/api/${api}/${rest}`;
	const link = (object, rest = {}) => ({ body: { object, ...rest } });
	const page = { url: 'https://x.example/1', title: 'One' };
	return [
		['POST', p('issue'), 201, { body: { fields: { project: { key: 'OPS' }, issuetype: { name: 'Task' }, summary: 'What hangs on an issue' } }, keep: { hk: 'key', hid: 'id' } }],

		// Comments that customers don't see
		['POST', p('issue/$hk/comment'), 201, { body: { body: text('Between us'), properties: [{ key: 'sd.public.comment', value: { internal: true } }] }, keep: { hc: 'id' } }],
		['GET', p('issue/$hk/comment?expand=properties'), 200, { is: (a) => a.comments[0].properties[0].value.internal === true }],
		['PUT', p('issue/$hk/comment/$hc'), 200, { body: { body: text('Still'), visibility: { type: 'role', value: 'Developers' } }, is: (a) => a.visibility.value === 'Developers' }],

		// Work logs and estimates
		['PUT', p('issue/$hk'), 204, { body: { update: { timetracking: [{ edit: { originalEstimate: '1d' } }] } } }],
		['PUT', p('issue/$hk'), 400, { body: { update: { timetracking: [{ edit: { originalEstimate: 'long' } }] } } }],
		['POST', p('issue/$hk/worklog'), 400, { body: { comment: text('no time') } }],
		['POST', p('issue/$hk/worklog'), 201, { body: { timeSpent: '2h', started: '2026-11-19T09:00:00.000+0000' }, keep: { hl: 'id' } }],
		['GET', p('issue/$hk?fields=timetracking'), 200, { is: (a) => a.fields.timetracking.remainingEstimateSeconds === 21600 }],
		['PUT', p('issue/$hk/worklog/$hl?adjustEstimate=new&newEstimate=1h'), 200, { body: { timeSpent: '3h', comment: text('More') }, is: (a) => a.timeSpentSeconds === 10800 }],
		['GET', p('issue/$hk?fields=timetracking'), 200, { is: (a) => a.fields.timetracking.remainingEstimateSeconds === 3600 }],
		['PUT', p('issue/$hk/worklog/$hl?adjustEstimate=new'), 400, { body: { timeSpent: '3h' } }],
		['PUT', p('issue/$hk/worklog/$hl'), 400, { body: { timeSpent: '0h' } }],
		['PUT', p('issue/$hk/worklog/1'), 404, { body: { timeSpent: '1h' } }],
		['DELETE', p('issue/$hk/worklog/$hl?adjustEstimate=manual&increaseBy=2h'), 204],
		['GET', p('issue/$hk?fields=timetracking'), 200, { is: (a) => a.fields.timetracking.remainingEstimateSeconds === 10800 }],

		// Votes
		['GET', p('issue/$hk/votes'), 200, { is: (a) => a.votes === 0 && !a.hasVoted }],
		['POST', p('issue/$hk/votes'), 404, { says: 'reported' }],
		['POST', p('issue/SHOP-9/votes'), api === 2 ? 200 : 204],
		['GET', p('issue/SHOP-9/votes'), 200, { is: (a) => a.hasVoted && a.voters.some((v) => v.displayName === 'Ada Brandt') }],
		['DELETE', p('issue/SHOP-9/votes'), 204],
		['GET', p('issue/OPS-9999/votes'), 404],

		// Web links
		['GET', p('issue/$hk/remotelink'), 200, { is: (a) => a.length === 0 }],
		['POST', p('issue/$hk/remotelink'), 201, { ...link(page, { globalId: 'a=1', relationship: 'mentioned in', application: { type: 'com.example', name: 'Example' } }), keep: { hr: 'id' } }],
		['POST', p('issue/$hk/remotelink'), 200, { ...link({ ...page, title: 'One again', summary: 'S', icon: { url16x16: 'https://x.example/i.png', title: 'I' }, status: { resolved: true } },
			{ globalId: 'a=1' }), is: (a) => a.id > 0 }],
		['POST', p('issue/$hk/remotelink'), 400, { ...link({ title: 'No address' }), mode: 'bad' }],
		['POST', p('issue/$hk/remotelink'), 400, link({ url: 'ftp://x.example', title: 'Not the web' })],
		['GET', p('issue/$hk/remotelink/$hr'), 200, { is: (a) => a.object.title === 'One again' }],
		['GET', p('issue/$hk/remotelink?globalId=a%3D1'), 200, { is: (a) => a.globalId === 'a=1' }],
		['GET', p('issue/$hk/remotelink?globalId=b'), 404],
		['PUT', p('issue/$hk/remotelink/$hr'), 204, link({ ...page, title: 'Two' }, { globalId: 'a=1' })],
		['PUT', p('issue/$hk/remotelink/1'), 404, link(page)],
		['GET', p('issue/$hk/remotelink/x'), 400],
		['DELETE', p('issue/$hk/remotelink?globalId=a%3D1'), 204],
		['POST', p('issue/$hk/remotelink'), 201, { ...link(page), keep: { hr2: 'id' } }],
		['DELETE', p('issue/$hk/remotelink/$hr2'), 204],
		['DELETE', p('issue/$hk/remotelink/$hr2'), 404],

		// Properties of a project
		['PUT', p('project/OPS/properties/contract'), 201, { body: { id: '1', key: 'k', value: 'v' } }],
		['PUT', p('project/OPS/properties/contract'), 200, { body: { id: '2', key: 'k', value: 'v' } }],
		['GET', p('project/OPS/properties'), 200, { is: (a) => a.keys[0].key === 'contract' }],
		['GET', p('project/OPS/properties/contract'), 200, { is: (a) => a.value.id === '2' }],
		['DELETE', p('project/OPS/properties/contract'), 204],
		['GET', p('project/OPS/properties/contract'), 404],
		['GET', p('project/NONE/properties'), 404],

		// Development tools
		['GET', '/rest/dev-status/latest/issue/summary?issueId=10004', 200, { ...outside, is: (a) => a.summary.pullrequest.overall.count === 1 }],
		['GET', '/rest/dev-status/1.0/issue/summary', 400, outside],
		['GET', '/rest/dev-status/latest/issue/summary?issueId=1', 404, outside],
		['GET', `/rest/dev-status/latest/issue/detail?issueId=10004&applicationType=${api === 2 ? 'stash' : 'GitHub'}&dataType=pullrequest`, 200,
			{ ...outside, is: (a) => a.detail[0].pullRequests.length === 1 }],
		['GET', '/rest/dev-status/latest/issue/detail?issueId=10004', 400, outside],
	];
}

export const cloud = [
	...common({ api: 3, text: doc }),
	['GET', '/rest/api/3/issue/OPS-76/worklog?startedAfter=1700000000000&startedBefore=1700000000001', 200, { is: (a) => a.total === 0 }],
	['POST', '/rest/api/3/search/jql', 200, { body: { jql: 'worklogAuthor = currentUser() AND worklogDate >= -400d', fields: ['worklog'] }, is: (a) => a.issues.length > 0 }],
	['DELETE', '/rest/api/3/issue/OPS-1/remotelink', 400, bad],
];

export const dc = [
	...common({ api: 2, text: (t) => t }),
	['POST', '/rest/api/2/search', 200, { body: { jql: 'worklogAuthor = currentUser() AND worklogDate >= -400d', fields: ['worklog'] }, is: (a) => a.issues.length > 0 }],
];
