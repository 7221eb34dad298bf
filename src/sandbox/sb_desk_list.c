/* What belongs to the desk: queues, request types, customers, organisations, articles, uploads. */
#include "base/str.h"
#include "query/jql.h"
#include "sandbox/sb_desk.h"
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_jql.h"
#include "sandbox/sb_put.h"
#include "sandbox/sb_take.h"

#include <string.h>

static void
put_desk(struct sb_rq *rq)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "id", "1");
	jw_str(w, "projectId", arena_printf(rq->arena, "%d", sb_projects[SB_OPS].id));
	jw_str(w, "projectName", sb_projects[SB_OPS].name);
	jw_str(w, "projectKey", sb_projects[SB_OPS].key);
	jw_obj_in(w, "_links");
	jw_str(w, "self", sb_desk_link(rq, "servicedesk/1"));
	jw_end(w);
	jw_end(w);
}

void
sb_list_desks(struct sb_rq *rq)
{
	struct sb_slice s;

	sb_slice_begin(rq, &s, sb_may_see(rq->me, SB_OPS) ? 1 : 0);
	if (s.from < s.to)
		put_desk(rq);
	sb_slice_end(rq);
}

void
sb_get_desk(struct sb_rq *rq)
{
	if (sb_segment_desk(rq, 0))
		put_desk(rq);
}

/* ---- queues ---- */

static int
queue_issues(struct sb_rq *rq, const struct sb_queue *q, const struct sb_issue ***ret, size_t *ret_n)
{
	struct err e;
	struct jql *jql;

	err_init(&e, rq->arena);
	jql = jql_parse(rq->arena, q->jql, strlen(q->jql), &e);
	if (jql == NULL)
		BUG("a queue's JQL is wrong");
	return sb_find(rq, jql, ret, ret_n);
}

void
sb_list_queues(struct sb_rq *rq)
{
	static const char *const field[] = { "issuetype", "issuekey", "summary", "created", "updated", "reporter", "assignee",
		"priority", "status" };
	const struct sb_issue **found;
	struct sb_slice s;
	struct jw *w = &rq->w;
	size_t n = 0;

	if (!sb_segment_desk(rq, 0))
		return;
	sb_slice_begin(rq, &s, SB_DESK_QUEUES);
	for (size_t i = s.from; i < s.to; i++) {
		jw_obj(w);
		jw_str(w, "id", arena_printf(rq->arena, "%d", sb_queues[i].id));
		jw_str(w, "name", sb_queues[i].name);
		jw_str(w, "jql", sb_queues[i].jql);
		jw_arr_in(w, "fields");
		for (size_t f = 0; f < LEN(field); f++)
			jw_s(w, field[f]);
		jw_end(w);
		if (sb_arg_is(rq, "includeCount", "true") && queue_issues(rq, &sb_queues[i], &found, &n) == 0)
			jw_int(w, "issueCount", (int64_t)n);
		jw_end(w);
	}
	sb_slice_end(rq);
}

void
sb_list_queue_issues(struct sb_rq *rq)
{
	static const char *const names[] = { "issuetype", "summary", "created", "updated", "reporter", "assignee", "priority", "status" };
	const struct sb_queue *q = NULL;
	const struct sb_issue **found;
	struct sb_slice s;
	struct sb_pick p;
	size_t n;

	if (!sb_segment_desk(rq, 0))
		return;
	for (size_t i = 0; i < SB_DESK_QUEUES; i++)
		if (str_eq(arena_printf(rq->arena, "%d", sb_queues[i].id), rq->segment[1]))
			q = &sb_queues[i];
	if (q == NULL) {
		sb_fail(rq, 404, "The queue does not exist.");
		return;
	}
	if (queue_issues(rq, q, &found, &n) == -1)
		return;
	p = sb_pick(rq, names, LEN(names), SB_PICK_NAVIGABLE);
	sb_slice_begin(rq, &s, n);
	for (size_t i = s.from; i < s.to; i++)
		sb_put_issue(rq, found[i], &p);
	sb_slice_end(rq);
}

/* ---- request types ---- */

static bool
has_words(const char *text, const char *words)
{
	return words == NULL || *words == '\0' || strcasestr(text, words) != NULL;
}

void
sb_list_request_types(struct sb_rq *rq)
{
	const struct sb_request_type *fit[SB_DESK_TYPES];
	struct sb_slice s;
	struct jw *w = &rq->w;
	size_t n = 0;

	if (!sb_segment_desk(rq, 0))
		return;
	for (size_t i = 0; i < SB_DESK_TYPES; i++)
		if (has_words(sb_request_types[i].name, sb_arg(rq, "searchQuery")))
			fit[n++] = &sb_request_types[i];
	sb_slice_begin(rq, &s, n);
	for (size_t i = s.from; i < s.to; i++) {
		jw_obj(w);
		jw_str(w, "id", arena_printf(rq->arena, "%d", fit[i]->id));
		jw_str(w, "name", fit[i]->name);
		jw_str(w, "description", fit[i]->about);
		jw_str(w, "helpText", "");
		jw_str(w, "issueTypeId", arena_printf(rq->arena, "%lld", (long long)fit[i]->issue_type));
		jw_str(w, "serviceDeskId", "1");
		jw_arr_in(w, "groupIds");
		jw_s(w, "1");
		jw_end(w);
		jw_end(w);
	}
	sb_slice_end(rq);
}

static void
put_request_field(struct sb_rq *rq, const struct sb_request_type *t, enum sb_field_no f)
{
	const struct sb_field *field = &sb_field_table[f];
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "fieldId", sb_field_id(rq->site, f));
	jw_str(w, "name", sb_field_name(rq->site, f));
	jw_str(w, "description", f == F_SUMMARY ? "In one line" : "");
	jw_bool(w, "required", f == F_SUMMARY || (f == F_DESCRIPTION && t->description_required));
	jw_arr_in(w, "defaultValues");
	jw_end(w);
	jw_arr_in(w, "validValues");
	for (size_t i = 0; field->kind == SB_NAMED && i < sb_catalogues[field->catalogue].n; i++) {
		const struct sb_named *n = &sb_catalogues[field->catalogue].v[i];

		if (!sb_named_in(field->catalogue, n, SB_OPS))
			continue;
		jw_obj(w);
		jw_str(w, "value", arena_printf(rq->arena, "%lld", (long long)n->id));
		jw_str(w, "label", n->name);
		jw_arr_in(w, "children");
		jw_end(w);
		jw_end(w);
	}
	jw_end(w);
	jw_obj_in(w, "jiraSchema");
	jw_str(w, "type", field->type);
	if (field->items != NULL)
		jw_str(w, "items", field->items);
	jw_str(w, "system", field->cloud_id);
	jw_end(w);
	if (!rq->site->dc)
		jw_bool(w, "visible", true);
	jw_end(w);
}

void
sb_list_request_fields(struct sb_rq *rq)
{
	const struct sb_request_type *t = sb_request_type_find(rq->segment[1]);

	if (!sb_segment_desk(rq, 0))
		return;
	if (t == NULL) {
		sb_fail(rq, 404, "The request type does not exist.");
		return;
	}
	jw_obj(&rq->w);
	jw_arr_in(&rq->w, "requestTypeFields");
	for (size_t i = 0; i < t->fields; i++)
		put_request_field(rq, t, t->field[i]);
	jw_end(&rq->w);
	jw_bool(&rq->w, "canRaiseOnBehalfOf", rq->me == SB_ME);
	jw_bool(&rq->w, "canAddRequestParticipants", true);
	jw_end(&rq->w);
}

/* ---- customers and organisations ---- */

void
sb_list_customers(struct sb_rq *rq)
{
	const char *query = sb_arg(rq, "query");
	uint32_t set = 0;

	if (!sb_segment_desk(rq, 0))
		return;
	for (int i = 0; i < SB_PEOPLE; i++)
		if ((sb_desk(rq->site)->customers & 1U << i) != 0 &&
		    (has_words(sb_people[i].display, query) || has_words(sb_people[i].email, query)))
			set |= 1U << i;
	sb_put_people(rq, set);
}

void
sb_change_customers(struct sb_rq *rq)
{
	uint32_t set;

	if (!sb_segment_desk(rq, 0) || !sb_need_body(rq) || (set = sb_desk_people(rq)) == 0)
		return;
	if (str_eq(rq->method, "POST"))
		sb_desk(rq->site)->customers |= set;
	else
		sb_desk(rq->site)->customers &= ~set;
	rq->status = 204;
}

static void
put_organizations(struct sb_rq *rq, bool of_desk)
{
	const struct sb_organization *o = sb_desk(rq->site)->organization;
	struct jw *w = &rq->w;
	struct sb_slice s;
	size_t fit[SB_DESK_ORGANIZATIONS], n = 0;

	for (size_t i = 0; i < SB_DESK_ORGANIZATIONS; i++)
		if (!of_desk || o[i].on_desk)
			fit[n++] = i;
	sb_slice_begin(rq, &s, n);
	for (size_t i = s.from; i < s.to; i++) {
		jw_obj(w);
		jw_str(w, "id", arena_printf(rq->arena, "%zu", fit[i] + 1));
		jw_str(w, "name", o[fit[i]].name);
		jw_obj_in(w, "_links");
		jw_str(w, "self", sb_desk_link(rq, "organization/%zu", fit[i] + 1));
		jw_end(w);
		jw_end(w);
	}
	sb_slice_end(rq);
}

void
sb_list_organizations(struct sb_rq *rq)
{
	put_organizations(rq, false);
}

void
sb_list_desk_organizations(struct sb_rq *rq)
{
	if (sb_segment_desk(rq, 0))
		put_organizations(rq, true);
}

static struct sb_organization *
find_organization(struct sb_rq *rq, const char *id)
{
	int64_t n = 0;

	if (id != NULL && str_int(id, 1, SB_DESK_ORGANIZATIONS, &n) == 0)
		return &sb_desk(rq->site)->organization[n - 1];
	sb_fail(rq, 404, "The organization does not exist.");
	return NULL;
}

void
sb_change_desk_organizations(struct sb_rq *rq)
{
	struct sb_organization *o;

	if (!sb_segment_desk(rq, 0) || !sb_need_body(rq) ||
	    (o = find_organization(rq, json_scalar(rq->arena, json_get(rq->body, "organizationId")))) == NULL)
		return;
	o->on_desk = str_eq(rq->method, "POST");
	rq->status = 204;
}

void
sb_list_members(struct sb_rq *rq)
{
	const struct sb_organization *o = find_organization(rq, rq->segment[0]);

	if (o != NULL)
		sb_put_people(rq, o->members);
}

void
sb_change_members(struct sb_rq *rq)
{
	struct sb_organization *o = find_organization(rq, rq->segment[0]);
	uint32_t set;

	if (o == NULL || !sb_need_body(rq) || (set = sb_desk_people(rq)) == 0)
		return;
	if (str_eq(rq->method, "POST"))
		o->members |= set;
	else
		o->members &= ~set;
	rq->status = 204;
}

/* ---- knowledge base ---- */

static void
put_articles(struct sb_rq *rq)
{
	const char *query = sb_arg(rq, "query");
	const struct sb_article *fit[16];
	struct jw *w = &rq->w;
	struct sb_slice s;
	size_t n = 0;

	if (query == NULL || *query == '\0') {
		sb_fail(rq, 400, "The query must not be empty.");
		return;
	}
	for (size_t i = 0; i < sb_article_count && n < LEN(fit); i++)
		if (has_words(sb_articles[i].title, query) || has_words(sb_articles[i].text, query))
			fit[n++] = &sb_articles[i];
	sb_slice_begin(rq, &s, n);
	for (size_t i = s.from; i < s.to; i++) {
		jw_obj(w);
		jw_str(w, "title", fit[i]->title);
		jw_str(w, "excerpt", fit[i]->text);
		jw_obj_in(w, "source");
		jw_str(w, "type", "confluence");
		jw_str(w, "pageId", arena_printf(rq->arena, "%d", fit[i]->page));
		jw_str(w, "spaceKey", "OPS");
		jw_end(w);
		jw_obj_in(w, "content");
		jw_str(w, "iframeSrc", sb_desk_link(rq, "knowledgebase/article/view/%d", fit[i]->page));
		jw_end(w);
		jw_end(w);
	}
	sb_slice_end(rq);
}

void
sb_search_articles(struct sb_rq *rq)
{
	put_articles(rq);
}

void
sb_search_desk_articles(struct sb_rq *rq)
{
	if (sb_segment_desk(rq, 0))
		put_articles(rq);
}

/* ---- uploads ---- */

/* The parts of a multipart body that have a file name; each becomes a temporary file. */
static size_t
take_files(struct sb_rq *rq, const char *boundary)
{
	const char *at = rq->body_text, *end = rq->body_text + rq->body_len;
	const char *mark = arena_printf(rq->arena, "\r\n--%s", boundary);
	struct sb_desk *d = sb_desk(rq->site);
	size_t n = 0;

	while (at < end && (at = memmem(at, (size_t)(end - at), "filename=\"", 10)) != NULL) {
		const char *name = at + 10, *quote = memchr(name, '"', (size_t)(end - name)), *data, *stop;
		struct sb_file *f;

		data = quote == NULL ? NULL : memmem(quote, (size_t)(end - quote), "\r\n\r\n", 4);
		stop = data == NULL ? NULL : memmem(data + 4, (size_t)(end - data - 4), mark, strlen(mark));
		if (stop == NULL || d->file_count >= SB_MAX_TEMP_FILES)
			break;
		d->file = sb_room(rq->site->arena, d->file, d->file_count, sizeof *f);
		f = &d->file[d->file_count++];
		f->name = arena_strndup(rq->site->arena, name, (size_t)(quote - name));
		f->id = arena_printf(rq->site->arena, "temp%lld", (long long)rq->site->next_id++);
		f->size = (size_t)(stop - data - 4);
		f->author = rq->me;
		f->at_ms = sb_now(rq->site);
		at = stop;
		n++;
	}
	return n;
}

void
sb_attach_temporary(struct sb_rq *rq)
{
	const char *boundary = rq->content_type == NULL ? NULL : strstr(rq->content_type, "boundary=");
	const struct sb_desk *d;
	struct jw *w = &rq->w;
	size_t n;

	if (!sb_segment_desk(rq, 0))
		return;
	if (boundary == NULL || !str_istarts(rq->content_type, "multipart/form-data")) {
		sb_fail(rq, 400, "The request is not multipart/form-data.");
		return;
	}
	n = take_files(rq, boundary + 9);
	if (n == 0) {
		sb_fail(rq, 400, "No file was uploaded.");
		return;
	}
	d = sb_desk(rq->site);
	rq->status = 201;
	jw_obj(w);
	jw_arr_in(w, "temporaryAttachments");
	for (size_t i = d->file_count - n; i < d->file_count; i++) {
		jw_obj(w);
		jw_str(w, "temporaryAttachmentId", d->file[i].id);
		jw_str(w, "fileName", d->file[i].name);
		jw_end(w);
	}
	jw_end(w);
	jw_end(w);
}
