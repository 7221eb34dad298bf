// confluence.js, a client that nobody here wrote, against the Cloud sandbox's v1 and v2. As jira.js it checks every answer
// against schemas of its own and throws where one does not fit.
import { createV1Client, createV2Client, isAuthError, isNotFoundError } from 'confluence.js';

const storage = (value) => ({ representation: 'storage', value });
const mei = '712020:91c4a3d5-0be2-4b7d-8e65-3a2f9d40c8f6', ada = '5f8e21b07c94ad006f3b1d52';

// [what, what to do with v2 (b), v1 (a) and what was kept, what must be true of the result]
const steps = [
	['spaces', ({ b }) => b.space.getSpaces({ limit: 10 }), (r, keep) => (keep.ops = Number(r.results[0].id)) > 0 && r.results.length === 5],
	['a space', ({ b, keep }) => b.space.getSpaceById({ id: keep.ops, descriptionFormat: 'plain' }), (r, keep) => (keep.home = Number(r.homepageId)) > 0 && r.key === 'OPS'],
	['pages by title', ({ b, keep }) => b.page.getPages({ title: 'On-call handbook', spaceId: [keep.ops] }), (r, keep) => (keep.page = Number(r.results[0].id)) > 0],
	['a page', ({ b, keep }) => b.page.getPageById({ id: keep.page, bodyFormat: 'storage', includeLabels: true, includeVersions: true }), (r) => r.body.storage.value.includes('ac:name="excerpt"') && r.version.number === 2],
	['a page as ADF', ({ b, keep }) => b.page.getPageById({ id: keep.page, bodyFormat: 'atlas_doc_format' }), (r) => JSON.parse(r.body.atlas_doc_format.value).type === 'doc'],
	['pages of a space', ({ b, keep }) => b.page.getPagesInSpace({ id: keep.ops, limit: 5 }), (r) => r.results.length === 5 && r._links.next !== undefined],
	['children', ({ b, keep }) => b.children.getPageDirectChildren({ id: keep.home }), (r) => r.results.some((c) => c.type === 'folder')],
	['descendants', ({ b, keep }) => b.descendants.getPageDescendants({ id: keep.home, depth: 3 }), (r) => r.results.length === 25],
	['ancestors', ({ b, keep }) => b.ancestors.getPageAncestors({ id: keep.page }), (r) => r.results.length === 2],
	['versions', ({ b, keep }) => b.version.getPageVersions({ id: keep.page, bodyFormat: 'storage' }), (r) => r.results.length === 2],
	['a version', ({ b, keep }) => b.version.getPageVersionDetails({ pageId: keep.page, versionNumber: 1 }), (r) => r.nextVersion === 2],
	['labels', ({ b, keep }) => b.label.getPageLabels({ id: keep.page }), (r) => r.results.length === 2],
	['create', ({ b, keep }) => b.page.createPage({ body: { spaceId: String(keep.ops), title: 'By confluence.js', body: storage('<p>One two</p>') } }), (r, keep) => (keep.made = Number(r.id)) > 0],
	['update', ({ b, keep }) => b.page.updatePage({ id: keep.made, body: { id: String(keep.made), status: 'current', title: 'By confluence.js', body: storage('<p>One two three</p>'), version: { number: 2 } } }), (r) => r.version.number === 2],
	['a footer comment', ({ b, keep }) => b.comment.createFooterComment({ pageId: String(keep.made), body: storage('<p>First</p>') }), (r, keep) => (keep.comment = Number(r.id)) > 0],
	['an answer to it', ({ b, keep }) => b.comment.createFooterComment({ parentCommentId: String(keep.comment), body: storage('<p>Second</p>') }), (r, keep) => r.parentCommentId === String(keep.comment)],
	['its answers', ({ b, keep }) => b.comment.getFooterCommentChildren({ id: keep.comment }), (r) => r.results.length === 1],
	['an inline comment', ({ b, keep }) => b.comment.createInlineComment({ pageId: String(keep.made), body: storage('<p>Why?</p>'), inlineCommentProperties: { textSelection: 'two', textSelectionMatchCount: 1, textSelectionMatchIndex: 0 } }), (r, keep) => (keep.inline = Number(r.id)) > 0],
	['resolve it', ({ b, keep }) => b.comment.updateInlineComment({ commentId: keep.inline, version: { number: 2 }, resolved: true }), (r) => r.resolutionStatus === 'resolved'],
	['inline comments', ({ b, keep }) => b.comment.getPageInlineComments({ id: keep.made }), (r) => r.results.length === 1],
	['label', ({ a, keep }) => a.contentLabels.addLabelsToContent({ id: String(keep.made), body: [{ prefix: 'global', name: 'by-client' }] }), (r) => r.results.length === 1],
	['unlabel', ({ a, keep }) => a.contentLabels.removeLabelFromContent({ id: String(keep.made), label: 'by-client' }), () => true],
	['attach', ({ a, keep }) => a.contentAttachments.createAttachment({ id: String(keep.made), attachments: { filename: 'a.txt', content: Buffer.from('some bytes') } }), (r, keep) => (keep.file = r.results[0].id).startsWith('att')],
	['attachments', ({ b, keep }) => b.attachment.getPageAttachments({ id: keep.made }), (r) => r.results[0].fileSize === 10],
	['search', ({ a }) => a.search.searchByCQL({ cql: 'label = incident', limit: 2 }), (r) => r.results.length === 2 && r.totalSize === 5],
	['search content', ({ a }) => a.content.searchContentByCQL({ cql: 'title ~ "failover"', expand: ['body.storage', 'version', 'space', 'history', 'metadata.labels'] }), (r) => r.results[0].body.storage.value.includes('mermaid')],
	['search people', ({ a }) => a.search.searchUser({ cql: 'user.fullname ~ "priya"' }), (r) => r.results[0].user.displayName === 'Priya Nair'],
	['people', ({ b }) => b.user.createBulkUserLookup({ body: { accountIds: [ada, mei] } }), (r) => r.results.length === 2],
	['a person', ({ a }) => a.users.getUser({ accountId: ada }), (r) => r.displayName === 'Ada Brandt'],
	['oneself', ({ a }) => a.users.getCurrentUser(), (r) => r.accountId === ada],
	['restrict', ({ a, keep }) => a.contentRestrictions.addUserToContentRestriction({ id: String(keep.made), operationKey: 'update', accountId: ada }), () => true],
	['restrictions', ({ a, keep }) => a.contentRestrictions.getRestrictions({ id: String(keep.made), expand: ['restrictions.user'] }), (r) => r.results[1].restrictions.user.size === 1],
	['watch', ({ a, keep }) => a.contentWatches.addContentWatcher({ contentId: String(keep.page) }), () => true],
	['is watching', ({ a, keep }) => a.contentWatches.getContentWatchStatus({ contentId: String(keep.page) }), (r) => r.watching],
	['copy', ({ a, keep }) => a.contentChildrenAndDescendants.copyPage({ id: String(keep.page), destination: { type: 'parent_page', value: String(keep.made) }, pageTitle: 'A copy' }), (r, keep) => (keep.copy = r.id) !== undefined],
	['move', ({ a, keep }) => a.contentChildrenAndDescendants.movePage({ pageId: keep.copy, position: 'append', targetId: String(keep.home) }), (r, keep) => r.pageId === keep.copy],
	['restore a version', ({ a, keep }) => a.contentVersions.restoreContentVersion({ id: String(keep.made), operationKey: 'restore', params: { versionNumber: 1, message: 'Back' } }), (r) => r.number === 3],
	['templates', ({ a }) => a.template.getContentTemplates({ expand: ['body'] }), (r) => r.results[0].name === 'Postmortem'],
	['blueprints', ({ a }) => a.template.getBlueprintTemplates({}), (r) => r.results.length === 2],
	['tasks', ({ b }) => b.task.getTasks({ status: 'incomplete', limit: 5 }), (r, keep) => (keep.task = Number(r.results[0].id)) > 0],
	['complete one', ({ b, keep }) => b.task.updateTask({ id: keep.task, body: { status: 'complete' } }), (r) => r.status === 'complete'],
	['views', ({ a, keep }) => a.analytics.getViews({ contentId: String(keep.page) }), (r) => r.count > 0],
	['a folder', ({ b, keep }) => b.folder.createFolder({ body: { spaceId: String(keep.ops), title: 'By confluence.js' } }), (r) => r.type === 'folder'],
	['blog posts', ({ b }) => b.blogPost.getBlogPosts({ limit: 2 }), (r) => r.results.length === 2],
	['delete', ({ b, keep }) => b.page.deletePage({ id: keep.made }), () => true],
	['purge', ({ b, keep }) => b.page.deletePage({ id: keep.made, purge: true }), () => true],
	['it is gone', ({ b, keep }) => b.page.getPageById({ id: keep.made }).then(() => 'still there', (e) => isNotFoundError(e)), (r) => r === true],
];

export async function run(url, email, token, report) {
	const options = (apiToken) => ({ host: url, auth: { type: 'basic', email, apiToken }, onSchemaMismatch: 'throw' });
	const at = { a: createV1Client(options(token)), b: createV2Client(options(token)), keep: {} };
	for (const [what, act, good] of steps) {
		let fault = null;
		try {
			const r = await act(at);
			if (!good(r, at.keep))
				fault = `unexpected answer ${JSON.stringify(r).slice(0, 200)}`;
		} catch (e) {
			fault = e.report !== undefined ? JSON.stringify(e.report).slice(0, 400) : `${e.message} ${e.body === undefined ? '' : JSON.stringify(e.body).slice(0, 200)}`;
		}
		report(`confluence.js: ${what}`, fault);
	}
	report('confluence.js: wrong token', await createV2Client(options('wrong')).space.getSpaces({}).then(() => 'accepted', (e) => isAuthError(e) ? null : e.message));
}
