/*
 * Small things in JSON: people, named things, texts, comments, changes. Where Cloud
 * and Data Center differ the difference stands inside the function that writes the
 * thing; issues, which are made of these, are in sb_put_issue.c.
 */
#include "sandbox/sb_put.h"

#include "base/clock.h"
#include "base/str.h"
#include "sandbox/sb_text.h"

#include <string.h>

const char *
sb_self(struct sb_rq *rq, const char *fmt, ...)
{
	const char *rest;
	va_list ap;

	va_start(ap, fmt);
	rest = arena_vprintf(rq->arena, fmt, ap);
	va_end(ap);
	return arena_printf(rq->arena, "%s/rest/api/%d/%s", rq->site->base, rq->api, rest);
}

const char *
sb_time(struct sb_rq *rq, int64_t ms)
{
	const char *iso = clock_iso(rq->arena, ms);

	return arena_printf(rq->arena, "%.*s+0000", (int)strlen(iso) - 1, iso);
}

const char *
sb_span(struct sb_rq *rq, int64_t seconds)
{
	static const struct {
		int64_t seconds;
		char letter;
	} unit[] = { { 5 * 8 * 3600, 'w' }, { 8 * 3600, 'd' }, { 3600, 'h' }, { 60, 'm' } };
	const char *all = "";

	for (size_t i = 0; i < LEN(unit); i++) {
		int64_t n = seconds / unit[i].seconds;

		seconds %= unit[i].seconds;
		if (n > 0)
			all = arena_printf(
			    rq->arena, "%s%s%lld%c", all, *all == '\0' ? "" : " ", (long long)n, unit[i].letter);
	}
	return *all == '\0' ? "0m" : all;
}

/* Jira prints whole numbers with a fraction: 5.0 */
void
sb_put_number(struct jw *w, double number)
{
	struct buf b;

	buf_init(&b, 64);
	buf_addf(&b, "%.12g", number);
	if (strcspn(b.data, ".e") == b.len)
		buf_adds(&b, ".0");
	jw_raw(w, b.data, b.len);
	buf_release(&b);
}

static void
put_avatars(struct sb_rq *rq, const char *path, const char *id)
{
	static const char *const size[] = { "48x48", "24x24", "16x16", "32x32" };

	jw_obj_in(&rq->w, "avatarUrls");
	for (size_t i = 0; i < LEN(size); i++)
		jw_str(
		    &rq->w, size[i], arena_printf(rq->arena, "%s/%s%s&size=%.2s", rq->site->base, path, id, size[i]));
	jw_end(&rq->w);
}

static void
put_person(struct sb_rq *rq, int who, const char *locale)
{
	const struct sb_person *p = &sb_people[who];
	struct jw *w = &rq->w;

	jw_obj(w);
	if (rq->site->dc) {
		jw_str(w, "self", sb_self(rq, "user?username=%s", p->name));
		jw_str(w, "name", p->name);
		jw_str(w, "key", p->key);
	} else {
		struct buf id;

		buf_init(&id, 256);
		str_urlencode(&id, p->account_id, strlen(p->account_id));
		jw_str(w, "self", sb_self(rq, "user?accountId=%s", id.data));
		buf_release(&id);
		jw_str(w, "accountId", p->account_id);
		jw_str(w, "accountType", "atlassian");
	}
	jw_str(w, "emailAddress", p->email);
	put_avatars(rq, "secure/useravatar?ownerId=", p->key);
	jw_str(w, "displayName", p->display);
	jw_bool(w, "active", p->active);
	jw_str(w, "timeZone", p->tz);
	if (locale != NULL)
		jw_str(w, "locale", locale);
	jw_end(w);
}

void
sb_put_person(struct sb_rq *rq, int who)
{
	put_person(rq, who, NULL);
}

void
sb_put_myself(struct sb_rq *rq)
{
	put_person(rq, rq->me, "en_US");
}

static void
put_status(struct sb_rq *rq, const struct sb_named *n)
{
	const struct sb_category *c = &sb_categories[n->level];
	struct jw *w = &rq->w;

	jw_str(w, "description", n->about);
	jw_str(w, "iconUrl", arena_printf(rq->arena, "%s/images/icons/statuses/generic.png", rq->site->base));
	jw_str(w, "name", n->name);
	jw_str(w, "id", arena_printf(rq->arena, "%lld", (long long)n->id));
	jw_obj_in(w, "statusCategory");
	jw_str(w, "self", sb_self(rq, "statuscategory/%d", c->id));
	jw_int(w, "id", c->id);
	jw_str(w, "key", c->key);
	jw_str(w, "colorName", c->colour);
	jw_str(w, "name", c->name);
	jw_end(w);
}

static void
put_type(struct sb_rq *rq, const struct sb_named *n)
{
	struct jw *w = &rq->w;

	jw_str(w, "id", arena_printf(rq->arena, "%lld", (long long)n->id));
	jw_str(w, "description", n->about);
	jw_str(w, "iconUrl",
	    arena_printf(rq->arena, "%s/secure/viewavatar?size=xsmall&avatarId=%d&avatarType=issuetype", rq->site->base,
		n->avatar));
	jw_str(w, "name", n->name);
	jw_bool(w, "subtask", n->level < 0);
	jw_int(w, "avatarId", n->avatar);
	if (!rq->site->dc)
		jw_int(w, "hierarchyLevel", n->level);
}

static void
put_version(struct sb_rq *rq, const struct sb_named *n)
{
	struct jw *w = &rq->w;
	int64_t day = (rq->site->start_ms / 86400000 + n->days) * 86400000;

	jw_str(w, "id", arena_printf(rq->arena, "%lld", (long long)n->id));
	jw_str(w, "description", n->about);
	jw_str(w, "name", n->name);
	jw_bool(w, "archived", n->archived);
	jw_bool(w, "released", n->released);
	jw_str(w, "releaseDate", arena_strndup(rq->arena, clock_iso(rq->arena, day), 10));
}

static void
put_component(struct sb_rq *rq, const struct sb_named *n, bool full)
{
	struct jw *w = &rq->w;

	jw_str(w, "id", arena_printf(rq->arena, "%lld", (long long)n->id));
	jw_str(w, "name", n->name);
	jw_str(w, "description", n->about);
	if (!full)
		return;
	jw_key(w, "lead");
	sb_put_person(rq, n->lead);
	jw_str(w, "assigneeType", "PROJECT_DEFAULT");
	jw_str(w, "project", sb_projects[n->project].key);
	if (!rq->site->dc)
		jw_int(w, "projectId", sb_projects[n->project].id);
}

static void
put_named(struct sb_rq *rq, enum sb_catalogue c, const struct sb_named *n, bool full)
{
	static const char *const path[SB_CATALOGUES] = {
		[SB_STATUS] = "status",
		[SB_TYPE] = "issuetype",
		[SB_PRIORITY] = "priority",
		[SB_RESOLUTION] = "resolution",
		[SB_COMPONENT] = "component",
		[SB_VERSION] = "version",
		[SB_OPTION_TEAM] = "customFieldOption",
		[SB_OPTION_MARKET] = "customFieldOption",
		[SB_LINKTYPE] = "issueLinkType",
	};
	struct jw *w = &rq->w;
	const char *id = arena_printf(rq->arena, "%lld", (long long)n->id);

	jw_obj(w);
	jw_str(w, "self", sb_self(rq, "%s/%s", path[c], id));
	switch (c) {
	case SB_STATUS: put_status(rq, n); break;
	case SB_TYPE: put_type(rq, n); break;
	case SB_PRIORITY:
		jw_str(w, "iconUrl", arena_printf(rq->arena, "%s/images/icons/priorities/%s", rq->site->base, n->icon));
		jw_str(w, "name", n->name);
		jw_str(w, "id", id);
		if (full) {
			jw_str(w, "statusColor", n->colour);
			jw_str(w, "description", n->about);
		}
		if (full && !rq->site->dc)
			jw_bool(w, "isDefault", n->id == 3);
		break;
	case SB_RESOLUTION:
		jw_str(w, "id", id);
		jw_str(w, "description", n->about);
		jw_str(w, "name", n->name);
		break;
	case SB_COMPONENT: put_component(rq, n, full); break;
	case SB_VERSION:
		put_version(rq, n);
		if (full)
			jw_int(w, "projectId", sb_projects[n->project].id);
		break;
	case SB_OPTION_TEAM:
	case SB_OPTION_MARKET:
		jw_str(w, "value", n->name);
		jw_str(w, "id", id);
		break;
	case SB_LINKTYPE:
		jw_str(w, "id", id);
		jw_str(w, "name", n->name);
		jw_str(w, "inward", n->icon);
		jw_str(w, "outward", n->colour);
		break;
	case SB_CATALOGUES: BUG("no catalogue");
	}
	jw_end(w);
}

void
sb_put_named(struct sb_rq *rq, enum sb_catalogue c, int64_t id)
{
	const struct sb_named *n = sb_named_by_id(c, id);

	if (n == NULL)
		jw_null(&rq->w);
	else
		put_named(rq, c, n, false);
}

void
sb_put_named_full(struct sb_rq *rq, enum sb_catalogue c, const struct sb_named *n)
{
	put_named(rq, c, n, true);
}

void
sb_put_project_ref(struct sb_rq *rq, int project)
{
	const struct sb_project *p = &sb_projects[project];
	const char *id = arena_printf(rq->arena, "%d", p->id);
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "self", sb_self(rq, "project/%s", id));
	jw_str(w, "id", id);
	jw_str(w, "key", p->key);
	jw_str(w, "name", p->name);
	jw_str(w, "projectTypeKey", "software");
	if (!rq->site->dc)
		jw_bool(w, "simplified", false);
	put_avatars(rq, "secure/projectavatar?pid=", id);
	jw_end(w);
}

void
sb_put_doc(struct sb_rq *rq, const char *source)
{
	if (rq->adf)
		sb_put_adf(&rq->w, rq->arena, source);
	else
		jw_s(&rq->w, sb_plain(rq->arena, source));
}

/* An object on Cloud; on Data Center what the Java object prints. */
void
sb_put_sprint(struct sb_rq *rq, const struct sb_sprint *s)
{
	static const char *const state[] = { [SB_FUTURE] = "future", [SB_ACTIVE] = "active", [SB_CLOSED] = "closed" };
	static const char *const upper[] = { [SB_FUTURE] = "FUTURE", [SB_ACTIVE] = "ACTIVE", [SB_CLOSED] = "CLOSED" };
	const char *complete = s->complete_ms != 0 ? clock_iso(rq->arena, s->complete_ms) : NULL;
	struct jw *w = &rq->w;

	if (rq->site->dc) {
		jw_s(w, arena_printf(rq->arena,
			    "com.atlassian.greenhopper.service.sprint.Sprint@%x[id=%d,rapidViewId=%d,state=%s,name=%s,"
			    "startDate=%s,endDate=%s,completeDate=%s,activatedDate=%s,sequence=%d,goal=%s,synced=false,"
			    "autoStartStop=false,"
			    "incompleteIssuesDestinationId=<null>]",
			    0x5f3a2c10U + (unsigned)s->id * 977U, s->id, s->board, upper[s->state], s->name,
			    s->start_ms != 0 ? clock_iso(rq->arena, s->start_ms) : "<null>",
			    s->end_ms != 0 ? clock_iso(rq->arena, s->end_ms) : "<null>",
			    complete != NULL ? complete : "<null>",
			    s->state == SB_FUTURE ? "<null>" : clock_iso(rq->arena, s->start_ms), s->id, s->goal));
		return;
	}
	jw_obj(w);
	jw_int(w, "id", s->id);
	jw_str(w, "name", s->name);
	jw_str(w, "state", state[s->state]);
	jw_int(w, "boardId", s->board);
	jw_str(w, "goal", s->goal);
	if (s->start_ms != 0)
		jw_str(w, "startDate", clock_iso(rq->arena, s->start_ms));
	if (s->end_ms != 0)
		jw_str(w, "endDate", clock_iso(rq->arena, s->end_ms));
	if (complete != NULL)
		jw_str(w, "completeDate", complete);
	jw_end(w);
}

static void
put_visibility(struct sb_rq *rq, const char *type, const char *value)
{
	if (type == NULL)
		return;
	jw_obj_in(&rq->w, "visibility");
	jw_str(&rq->w, "type", type);
	jw_str(&rq->w, "value", value);
	if (!rq->site->dc)
		jw_str(&rq->w, "identifier", value);
	jw_end(&rq->w);
}

void
sb_put_comment(struct sb_rq *rq, const struct sb_issue *issue, const struct sb_comment *c)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "self", sb_self(rq, "issue/%lld/comment/%lld", (long long)issue->id, (long long)c->id));
	jw_str(w, "id", arena_printf(rq->arena, "%lld", (long long)c->id));
	jw_key(w, "author");
	sb_put_person(rq, c->author);
	jw_key(w, "body");
	sb_put_doc(rq, c->body);
	if (sb_expands(rq, "renderedBody"))
		jw_str(w, "renderedBody", sb_html(rq->arena, c->body));
	jw_key(w, "updateAuthor");
	sb_put_person(rq, c->update_author);
	jw_str(w, "created", sb_time(rq, c->created_ms));
	jw_str(w, "updated", sb_time(rq, c->updated_ms));
	put_visibility(rq, c->visibility_type, c->visibility_value);
	if (!rq->site->dc)
		jw_bool(w, "jsdPublic", !c->internal);
	if (c->internal && sb_expands(rq, "properties")) {
		jw_arr_in(w, "properties");
		jw_obj(w);
		jw_str(w, "key", "sd.public.comment");
		jw_obj_in(w, "value");
		jw_bool(w, "internal", true);
		jw_end(w);
		jw_end(w);
		jw_end(w);
	}
	jw_end(w);
}

void
sb_put_worklog(struct sb_rq *rq, const struct sb_issue *issue, const struct sb_worklog *l)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "self", sb_self(rq, "issue/%lld/worklog/%lld", (long long)issue->id, (long long)l->id));
	jw_key(w, "author");
	sb_put_person(rq, l->author);
	jw_key(w, "updateAuthor");
	sb_put_person(rq, l->author);
	if (l->comment != NULL) {
		jw_key(w, "comment");
		sb_put_doc(rq, l->comment);
	}
	jw_str(w, "created", sb_time(rq, l->created_ms));
	jw_str(w, "updated", sb_time(rq, l->updated_ms));
	jw_str(w, "started", sb_time(rq, l->started_ms));
	jw_str(w, "timeSpent", sb_span(rq, l->seconds));
	jw_int(w, "timeSpentSeconds", l->seconds);
	jw_str(w, "id", arena_printf(rq->arena, "%lld", (long long)l->id));
	jw_str(w, "issueId", arena_printf(rq->arena, "%lld", (long long)issue->id));
	jw_end(w);
}

void
sb_put_change(struct sb_rq *rq, const struct sb_change *c)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "id", arena_printf(rq->arena, "%lld", (long long)c->id));
	jw_key(w, "author");
	sb_put_person(rq, c->author);
	jw_str(w, "created", sb_time(rq, c->at_ms));
	jw_arr_in(w, "items");
	for (size_t i = 0; i < c->item_count; i++) {
		const struct sb_item *it = &c->item[i];
		const struct sb_field *f = &sb_field_table[it->field];
		const char *name = f->change_name != NULL ? f->change_name
				   : f->custom != NULL    ? sb_field_name(rq->site, it->field)
							  : sb_field_id(rq->site, it->field);

		jw_obj(w);
		jw_str(w, "field", name);
		jw_str(w, "fieldtype", f->custom != NULL ? "custom" : "jira");
		if (!rq->site->dc)
			jw_str(w, "fieldId", sb_field_id(rq->site, it->field));
		jw_str(w, "from", it->from);
		jw_str(w, "fromString",
		    it->from_text != NULL && f->kind == SB_DOC ? sb_plain(rq->arena, it->from_text) : it->from_text);
		jw_str(w, "to", it->to);
		jw_str(w, "toString",
		    it->to_text != NULL && f->kind == SB_DOC ? sb_plain(rq->arena, it->to_text) : it->to_text);
		jw_end(w);
	}
	jw_end(w);
	jw_end(w);
}
