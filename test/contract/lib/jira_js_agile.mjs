// jira.js and its agile client against the Cloud sandbox, as jira_js.mjs.
import { createAgileClient, isNotFoundError } from 'jira.js';

const steps = [
	['boards', (j) => j.board.getAllBoards({}), (r) => r.values.length === 2],
	['a board', (j) => j.board.getBoard({ boardId: 1 }), (r) => r.name === 'SHOP board'],
	['its configuration', (j) => j.board.getConfiguration({ boardId: 1 }), (r) => r.columnConfig.columns.length === 4],
	['its sprints', (j) => j.board.getAllSprints({ boardId: 1 }), (r) => r.values.some((s) => s.state === 'active')],
	['its issues', (j) => j.board.getIssuesForBoard({ boardId: 1, maxResults: 5 }), (r) => r.issues.length === 5],
	['its backlog', (j) => j.board.getIssuesForBacklog({ boardId: 1 }), (r) => r.issues.length > 3],
	['its quick filters', (j) => j.board.getAllQuickFilters({ boardId: 1 }), (r) => r.values.length === 2],
	['create a sprint', (j) => j.sprint.createSprint({ name: 'By jira.js', originBoardId: 1 }), (r, keep) => (keep.sprint = r.id) > 3],
	['change it', (j, keep) => j.sprint.partiallyUpdateSprint({ sprintId: keep.sprint, goal: 'A goal' }), (r) => r.goal === 'A goal'],
	['move into it', (j, keep) => j.sprint.moveIssuesToSprintAndRank({ sprintId: keep.sprint, issues: ['SHOP-5'] }), () => true],
	['its issues', (j, keep) => j.sprint.getIssuesForSprint({ sprintId: keep.sprint }), (r) => r.issues.length === 1],
	['to the backlog', (j) => j.backlog.moveIssuesToBacklog({ issues: ['SHOP-5'] }), () => true],
	['rank', (j) => j.issue.rankIssues({ issues: ['SHOP-9'], rankBeforeIssue: 'SHOP-5' }), () => true],
	['delete it', (j, keep) => j.sprint.deleteSprint({ sprintId: keep.sprint }), () => true],
	['it is gone', (j, keep) => j.sprint.getSprint({ sprintId: keep.sprint }).then(() => 'still there', (e) => isNotFoundError(e)), (r) => r === true],
];

export async function run(url, email, token, report) {
	const jira = createAgileClient({ host: url, auth: { type: 'basic', email, apiToken: token }, onSchemaMismatch: 'throw' });
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
		report(`jira.js agile: ${what}`, fault);
	}
}
