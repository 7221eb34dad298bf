// jira.js, a client that nobody here wrote, against the Cloud sandbox. It checks every answer against schemas of its own
// and throws where one does not fit.
import { createCloudClient, isAuthError, isNotFoundError } from 'jira.js';

const mei = '712020:91c4a3d5-0be2-4b7d-8e65-3a2f9d40c8f6';
const paragraph = (text) => ({ type: 'doc', version: 1, content: [{ type: 'paragraph', content: [{ type: 'text', text }] }] });

// [what, what to do, what must be true of the result]. keep is shared by the rows.
const steps = [
	['serverInfo', (j) => j.serverInfo.getServerInfo(), (r) => r.deploymentType === 'Cloud'],
	['myself', (j) => j.myself.getCurrentUser(), (r) => r.displayName === 'Ada Brandt'],
	['fields', (j) => j.issueFields.getFields(), (r) => r.length > 30],
	['statuses', (j) => j.workflowStatuses.getStatuses(), (r) => r.length === 5],
	['a status', (j) => j.workflowStatuses.getStatus({ idOrName: '3' }), (r) => r.name === 'In Progress'],
	['statuses, searched', (j) => j.status.search({}), (r) => r.values.length === 5],
	['priorities', (j) => j.issuePriorities.searchPriorities({}), (r) => r.values.length === 5],
	['issue types', (j) => j.issueTypes.getIssueAllTypes(), (r) => r.length === 5],
	['link types', (j) => j.issueLinkTypes.getIssueLinkTypes(), (r) => r.issueLinkTypes.length === 4],
	['projects', (j) => j.projects.searchProjects({ expand: 'lead' }), (r) => r.values.length === 2],
	['a project', (j) => j.projects.getProject({ projectIdOrKey: 'SHOP' }), (r) => r.lead.displayName === 'Nils Aagaard'],
	['its statuses', (j) => j.projects.getAllStatuses({ projectIdOrKey: 'SHOP' }), (r) => r.length === 5],
	['users', (j) => j.userSearch.findUsers({ query: 'jonas' }), (r) => r.length === 2],
	['a user', (j) => j.users.getUser({ accountId: mei }), (r) => r.displayName === 'Mei Tanaka'],
	['assignable users', (j) => j.userSearch.findAssignableUsers({ project: 'SHOP' }), (r) => r.length === 10],
	['types to create', (j) => j.issues.getCreateIssueMetaIssueTypes({ projectIdOrKey: 'OPS' }), (r) => r.issueTypes.length === 5],
	['fields to create with', (j) => j.issues.getCreateIssueMetaIssueTypeId({ projectIdOrKey: 'OPS', issueTypeId: '10004' }), (r) => r.fields.length > 5],
	['search', (j) => j.issueSearch.searchAndReconsileIssuesUsingJql({ jql: 'project = SHOP', fields: ['summary', 'status'], maxResults: 20 }),
		(r, keep) => (keep.token = r.nextPageToken) !== undefined && r.issues.length === 20],
	['search, next page', (j, keep) => j.issueSearch.searchAndReconsileIssuesUsingJql({ jql: 'project = SHOP', nextPageToken: keep.token, maxResults: 20 }), (r) => r.issues.length === 20],
	['search by POST', (j) => j.issueSearch.searchAndReconsileIssuesUsingJqlPost({ jql: 'assignee = currentUser()', fields: ['*all'], expand: 'changelog' }), (r) => r.issues.length > 5],
	['count', (j) => j.issueSearch.countIssues({ jql: 'project = OPS' }), (r) => r.count > 60],
	['an issue', (j) => j.issues.getIssue({ issueIdOrKey: 'OPS-4', expand: 'names,changelog,transitions' }), (r) => r.key === 'OPS-4' && r.names.summary === 'Summary'],
	['its change log', (j) => j.issues.getChangeLogs({ issueIdOrKey: 'OPS-4' }), (r) => r.values.length > 2],
	['its edit fields', (j) => j.issues.getEditIssueMeta({ issueIdOrKey: 'OPS-4' }), (r) => r.fields.summary.required],
	['create', (j) => j.issues.createIssue({ fields: { project: { key: 'SHOP' }, issuetype: { name: 'Bug' }, summary: 'By jira.js', description: paragraph('Text') } }),
		(r, keep) => (keep.key = r.key).startsWith('SHOP-')],
	['create with wiki markup', (j) => j.issues.createIssue({ fields: { project: { key: 'OPS' }, issuetype: { name: 'Task' }, summary: 'By jira.js', description: 'h2. A title\n\n*bold*' } }),
		(r, keep) => (keep.wiki = r.key).startsWith('OPS-')],
	['read it as ADF', (j, keep) => j.issues.getIssue({ issueIdOrKey: keep.wiki }), (r) => r.fields.description.content[0].type === 'heading'],
	['edit', (j, keep) => j.issues.editIssue({ issueIdOrKey: keep.key, fields: { priority: { name: 'High' }, labels: ['a'] } }), () => true],
	['comment', (j, keep) => j.issueComments.addComment({ issueIdOrKey: keep.key, body: paragraph('First') }), (r, keep) => (keep.comment = r.id) !== undefined],
	['comment in wiki markup', (j, keep) => j.issueComments.addComment({ issueIdOrKey: keep.key, body: '* one\n* two' }), (r) => r.body.content[0].type === 'bulletList'],
	['comments', (j, keep) => j.issueComments.getComments({ issueIdOrKey: keep.key }), (r) => r.total === 2],
	['change the comment', (j, keep) => j.issueComments.updateComment({ issueIdOrKey: keep.key, id: keep.comment, body: { body: paragraph('Second') } }), (r) => r.body.content.length === 1],
	['delete the comment', (j, keep) => j.issueComments.deleteComment({ issueIdOrKey: keep.key, id: keep.comment }), () => true],
	['transitions', (j, keep) => j.issues.getTransitions({ issueIdOrKey: keep.key, expand: 'transitions.fields' }), (r) => r.transitions.some((t) => t.fields.resolution?.required)],
	['resolve', (j, keep) => j.issues.doTransition({ issueIdOrKey: keep.key, transition: { id: '41' }, fields: { resolution: { name: 'Done' } } }), () => true],
	['it is done', (j, keep) => j.issues.getIssue({ issueIdOrKey: keep.key, fields: ['status', 'resolution'] }), (r) => r.fields.status.name === 'Done'],
	['assign', (j, keep) => j.issues.assignIssue({ issueIdOrKey: keep.key, accountId: mei }), () => true],
	['log work', (j, keep) => j.issueWorklogs.addWorklog({ issueIdOrKey: keep.key, timeSpentSeconds: 3600, comment: paragraph('Work') }), (r) => r.timeSpent === '1h'],
	['work logs', (j, keep) => j.issueWorklogs.getIssueWorklog({ issueIdOrKey: keep.key }), (r) => r.total === 1],
	['link', (j, keep) => j.issueLinks.linkIssues({ type: { name: 'Relates' }, inwardIssue: { key: keep.key }, outwardIssue: { key: keep.wiki } }), () => true],
	['watchers', (j, keep) => j.issueWatchers.getIssueWatchers({ issueIdOrKey: keep.key }), (r) => r.watchers.length === 1],
	['delete', (j, keep) => j.issues.deleteIssue({ issueIdOrKey: keep.key }), () => true],
	['it is gone', (j, keep) => j.issues.getIssue({ issueIdOrKey: keep.key }).then(() => 'still there', (e) => isNotFoundError(e)), (r) => r === true],
];

export async function run(url, email, token, report) {
	const jira = createCloudClient({ host: url, auth: { type: 'basic', email, apiToken: token }, onSchemaMismatch: 'throw' });
	const wrong = createCloudClient({ host: url, auth: { type: 'basic', email, apiToken: 'wrong' }, onSchemaMismatch: 'throw' });
	const keep = {};
	for (const [what, act, good] of steps) {
		let fault = null;
		try {
			const r = await act(jira, keep);
			if (!good(r, keep))
				fault = `unexpected answer ${JSON.stringify(r).slice(0, 200)}`;
		} catch (e) {
			fault = e.report !== undefined ? JSON.stringify(e.report).slice(0, 400) : `${e.message} ${e.body === undefined ? '' : JSON.stringify(e.body).slice(0, 200)}`;
		}
		report(`jira.js: ${what}`, fault);
	}
	report('jira.js: wrong token', await wrong.myself.getCurrentUser().then(() => 'accepted', (e) => isAuthError(e) ? null : e.message));
}
