/*
 * Raising a request and answering it. Values by field name become what the request type
 * takes (its own metadata says which values there are), files become temporary
 * attachments, people ids. The answer of the creation is the proof of what was taken over.
 */
#include "atlassian/desk.h"
#include "atlassian/field_things.h"
#include "atlassian/fields.h"
#include "atlassian/pick.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_body.h"
#include "tools/jira_edit.h"
#include "tools/jira_request_file.h"
#include "tools/jira_request_view.h"
#include "tools/jira_target.h"

#include <string.h>

enum { MAX_BODY = 4 * 1024 * 1024, MAX_COMMENT = 256 * 1024, MAX_PEOPLE = 50 };

/* ---- jira_create_customer_request ---- */

struct create_args {
	const char *service_desk_id, *request_type_id, *raise_on_behalf_of;
	json *request_field_values, *attachments, *form_answers;
	char **request_participants;
	bool strict_on_behalf;
};

static const struct param create_params[] = {
	P_STR(struct create_args, service_desk_id, P_REQUIRED, .aliases = "service_desk,project_key", .doc = "Id or project"),
	P_STR(struct create_args, request_type_id, P_REQUIRED, .aliases = "request_type", .doc = "Or name"),
	P_OBJ(struct create_args, request_field_values, P_REQUIRED, .aliases = "fields", .doc = "Name to value"),
	P_STR(struct create_args, raise_on_behalf_of, 0, .doc = "Name or e-mail"),
	P_LIST(struct create_args, request_participants, P_MORE, .max_len = MAX_PEOPLE, .doc = "Names or e-mails"),
	P_OBJS(struct create_args, attachments, P_MORE, .doc = REQUEST_FILES_DOC),
	P_OBJ(struct create_args, form_answers, P_MORE, .doc = "Of its form: question id to text or choice ids"),
	P_BOOL(struct create_args, strict_on_behalf, P_HIDDEN, .doc = NULL),
	P_END
};

/* What one creation is made of. */
struct creation {
	struct site *site;
	const char *desk, *type;
	json *meta;			/* the request type's fields */
	json *form;			/* answers by question id; NULL: none */
	const char *reporter;		/* NULL: who asks */
	const char *participant[MAX_PEOPLE];
	size_t participants;
	struct edit sent;
	const char **file;
	size_t files;
};

static json *
parse_own(struct call *c, struct buf *b)
{
	json *v = NULL;

	if (buf_overflowed(b))
		call_fail(c, ERR_TOO_LARGE, "The values are larger than %d MiB.", MAX_BODY / 1024 / 1024);
	else
		v = json_parse(c->arena, arena_strndup(c->arena, b->data, b->len), b->len, JSON_TRUSTED, &c->err);
	buf_release(b);
	return v;
}

/* One of the values that a field offers: its id, or "A > B" with the id of the child too. */
static int
write_offered(struct call *c, json *field, const char *text, struct jw *w)
{
	const char *name = json_get_str(field, "name"), *gt;
	json *one, *child = NULL;

	gt = str_eq(json_path_str(field, "jiraSchema.type"), "option-with-child") ? strchr(text, '>') : NULL;
	if (pick(c, name, gt == NULL ? text : arena_strndup(c->arena, text, (size_t)(gt - text)),
	    json_get(field, "validValues"), "value,label", &one) == -1)
		return -1;
	if (gt != NULL && pick(c, name, gt + 1, json_get(one, "children"), "value,label", &child) == -1)
		return -1;
	if (str_eq(json_path_str(field, "jiraSchema.items"), "string")) {	/* labels: the word is the value */
		jw_s(w, json_get_str(one, "value"));
		return 0;
	}
	jw_obj(w);
	jw_str(w, "id", json_get_str(one, "value"));
	if (child != NULL) {
		jw_obj_in(w, "child");
		jw_str(w, "id", json_get_str(child, "value"));
		jw_end(w);
	}
	jw_end(w);
	return 0;
}

static int
write_offered_list(struct call *c, json *field, json *v, struct jw *w)
{
	const char *text = json_scalar(c->arena, v);
	char **part;

	jw_arr(w);
	for (struct json_iter it = json_iter(yyjson_is_arr(v) ? v : NULL); json_next(&it);) {
		text = json_scalar(c->arena, it.value);
		if (text == NULL)
			jw_val(w, it.value);
		else if (write_offered(c, field, text, w) == -1)
			return -1;
	}
	if (!yyjson_is_arr(v)) {
		for (part = str_split(c->arena, text == NULL ? "" : text, ",", NULL); *part != NULL; part++) {
			if (write_offered(c, field, *part, w) == -1)
				return -1;
		}
	}
	jw_end(w);
	return 0;
}

static int
write_value(struct call *c, struct site *s, json *meta, const struct field *f, json *v, struct jw *w)
{
	const char *text = json_scalar(c->arena, v), *wiki;
	bool document = str_eq(f->custom, "textarea") || str_eq(f->id, "description") || str_eq(f->id, "environment");

	if (json_len(json_get(meta, "validValues")) > 0 && !yyjson_is_obj(v) && str_eq(f->type, "array"))
		return write_offered_list(c, meta, v, w);
	if (json_len(json_get(meta, "validValues")) > 0 && text != NULL)
		return write_offered(c, meta, text, w);
	if (!document || text == NULL)
		return field_write(c, s, f, v, w);
	wiki = desk_wiki(c, s, text);
	if (wiki == NULL)
		return -1;
	jw_s(w, wiki);
	return 0;
}

static int
add_value(struct call *c, struct creation *n, const char *name, json *v)
{
	struct field *f = arena_alloc(c->arena, sizeof(*f));
	struct edit_field *e = &n->sent.list[n->sent.count];
	const char *custom;
	json *meta;
	struct buf b;
	struct jw w;

	if (n->sent.count == EDIT_MAX_FIELDS)
		return call_fail(c, ERR_INPUT, "At most %d fields at once.", EDIT_MAX_FIELDS);
	if (pick(c, "field of this request type", name, json_get(n->meta, "requestTypeFields"), "fieldId,name", &meta) == -1)
		return -1;
	custom = json_path_str(meta, "jiraSchema.custom");
	*f = (struct field){
		.id = json_get_str(meta, "fieldId"), .name = json_get_str(meta, "name"),
		.type = json_path_str(meta, "jiraSchema.type"), .items = json_path_str(meta, "jiraSchema.items"),
		.custom = custom == NULL ? NULL : strrchr(custom, ':') != NULL ? strrchr(custom, ':') + 1 : custom,
	};
	for (size_t i = 0; i < n->sent.count; i++) {
		if (str_eq(n->sent.list[i].field->id, f->id))
			return call_fail(c, ERR_INPUT, "The field %s is given twice.", f->name);
	}
	buf_init(&b, MAX_BODY);
	jw_init(&w, &b);
	if (write_value(c, n->site, meta, f, v, &w) == -1) {
		buf_release(&b);
		return -1;
	}
	e->field = f;
	e->sent = parse_own(c, &b);
	if (e->sent == NULL || thing_inside(c, n->site, f, e->sent) == -1)
		return -1;
	n->sent.count++;
	return 0;
}

static bool
is_given(const struct creation *n, const char *id)
{
	for (size_t i = 0; i < n->sent.count; i++) {
		if (str_eq(n->sent.list[i].field->id, id))
			return !json_is_null(n->sent.list[i].sent);
	}
	return str_eq(id, "attachment") && n->files > 0;
}

/* Fields that customers must fill in, before anything is uploaded. */
static int
check_required(struct call *c, const struct creation *n)
{
	struct buf missing;
	bool takes_files = false;

	buf_init(&missing, 8192);
	for (struct json_iter it = json_iter(json_get(n->meta, "requestTypeFields")); json_next(&it);) {
		const char *id = json_get_str(it.value, "fieldId");

		takes_files = takes_files || str_eq(id, "attachment");
		if (id != NULL && json_get_bool(it.value, "required", false) && json_len(json_get(it.value, "defaultValues")) == 0 &&
		    json_len(json_get(it.value, "presetValues")) == 0 && !is_given(n, id))
			buf_addf(&missing, "%s%s", missing.len > 0 ? ", " : "", json_get_str(it.value, "name"));
	}
	if (missing.len > 0) {
		call_fail(c, ERR_INPUT, "The request type also requires: %s.", missing.data);
		call_hint(c, "Give them in request_field_values; jira_get_request_type_fields shows the allowed values.");
	} else if (n->files > 0 && !takes_files) {
		call_fail(c, ERR_INPUT, "This request type takes no attachments.");
		call_hint(c, "Create it without, then use jira_add_request_comment with attachments.");
	} else if (n->reporter != NULL && !json_get_bool(n->meta, "canRaiseOnBehalfOf", true)) {
		call_fail(c, ERR_FORBIDDEN, "This account may not raise requests on behalf of others here.");
		call_hint(c, "Leave out raise_on_behalf_of.");
	}
	buf_release(&missing);
	return err_is_set(&c->err) ? -1 : 0;
}

static int
find_people(struct call *c, const struct create_args *a, struct creation *n)
{
	if (a->raise_on_behalf_of != NULL &&
	    desk_person(c, n->site, n->desk, a->raise_on_behalf_of, &n->reporter) == -1)
		return -1;
	for (char **p = a->request_participants; p != NULL && *p != NULL && n->participants < MAX_PEOPLE; p++) {
		if (desk_person(c, n->site, n->desk, *p, &n->participant[n->participants++]) == -1)
			return -1;
	}
	return 0;
}

/* A text, ids of choices in a list, or an answer as the API has it: {"users":[...]}, {"date":...}. */
static void
write_form(struct call *c, json *answers, struct jw *w)
{
	jw_obj_in(w, "form");
	jw_obj_in(w, "answers");
	for (struct json_iter it = json_iter(answers); json_next(&it);) {
		if (yyjson_is_obj(it.value)) {
			jw_value(w, it.key, it.value);
			continue;
		}
		jw_obj_in(w, it.key);
		if (yyjson_is_arr(it.value))
			jw_value(w, "choices", it.value);
		else
			jw_str(w, "text", json_scalar(c->arena, it.value) != NULL ? json_scalar(c->arena, it.value) : "");
		jw_end(w);
	}
	jw_end(w);
	jw_end(w);
}

static const char *
creation_body(struct call *c, const struct creation *n)
{
	struct body b;
	struct jw *w = body_begin(&b);

	jw_str(w, "serviceDeskId", n->desk);
	jw_str(w, "requestTypeId", n->type);
	jw_obj_in(w, "requestFieldValues");
	for (size_t i = 0; i < n->sent.count; i++)
		jw_value(w, n->sent.list[i].field->id, n->sent.list[i].sent);
	if (n->files > 0) {
		jw_arr_in(w, "attachment");
		for (size_t i = 0; i < n->files; i++)
			jw_s(w, n->file[i]);
		jw_end(w);
	}
	jw_end(w);
	if (n->form != NULL)
		write_form(c, n->form, w);
	if (n->reporter != NULL)
		jw_str(w, "raiseOnBehalfOf", n->reporter);
	if (n->participants > 0) {
		jw_arr_in(w, "requestParticipants");
		for (size_t i = 0; i < n->participants; i++)
			jw_s(w, n->participant[i]);
		jw_end(w);
	}
	return body_end(c, &b);
}

static json *
value_of(json *request, const char *id)
{
	for (struct json_iter it = json_iter(json_get(request, "requestFieldValues")); json_next(&it);) {
		if (str_eq(json_get_str(it.value, "fieldId"), id))
			return it.value;
	}
	return NULL;
}

/* What the site says it has; what it does not show is said so, what differs is an error. */
static int
report_creation(struct call *c, const struct creation *n, json *request, json *participants, json *attachments,
    const char *key)
{
	struct buf ignored;

	buf_init(&ignored, 8192);
	for (size_t i = 0; i < n->sent.count; i++) {
		const struct field *f = n->sent.list[i].field;
		json *have = value_of(request, f->id);
		const char *text = have == NULL ? NULL : view_request_value(c, n->site, have);

		if (have == NULL)
			out_pair(c->out, f->name, "sent; the answer does not show this field");
		else if (!edit_covers(c, n->site, n->sent.list[i].sent, json_get(have, "value"), f))
			buf_addf(&ignored, "%s%s (it is %s)", ignored.len > 0 ? ", " : "", f->name, text != NULL ? text : "empty");
		else
			out_pair(c->out, f->name, text == NULL || strchr(text, '\n') == NULL ? text :
			    arena_printf(c->arena, "%zu characters", strlen(text)));
	}
	if (n->reporter != NULL && !desk_is_user(n->site, json_get(request, "reporter"), n->reporter))
		buf_addf(&ignored, "%sthe reporter (it is %s)", ignored.len > 0 ? ", " : "",
		    jira_user_name(json_get(request, "reporter")) != NULL ? jira_user_name(json_get(request, "reporter")) : "?");
	for (size_t i = 0; i < n->participants; i++) {
		bool found = false;

		for (struct json_iter it = json_iter(json_get(participants, "values")); json_next(&it) && !found;)
			found = desk_is_user(n->site, it.value, n->participant[i]);
		if (!found)
			buf_addf(&ignored, "%sparticipant %s", ignored.len > 0 ? ", " : "", n->participant[i]);
	}
	if (json_len(json_get(attachments, "values")) < n->files)
		buf_addf(&ignored, "%s%zu of %zu attachments", ignored.len > 0 ? ", " : "",
		    n->files - json_len(json_get(attachments, "values")), n->files);
	else if (n->files > 0)
		out_pairf(c->out, "Attachments", "%zu", n->files);
	out_pair(c->out, "Participants", view_people(c, json_get(participants, "values")));
	if (ignored.len > 0) {
		call_fail(c, ERR_IGNORED, "%s was created, but Jira did not take over: %s.", key, ignored.data);
		call_hint(c, "Do not create it again; correct %s instead.", key);
	}
	buf_release(&ignored);
	return err_is_set(&c->err) ? -1 : 0;
}

static int
prepare(struct call *c, const struct create_args *a, struct creation *n)
{
	json *desk;

	if (desk_find(c, n->site, a->service_desk_id, &desk) == -1)
		return -1;
	n->desk = json_get_str(desk, "id");
	if (desk_request_type(c, n->site, n->desk, a->request_type_id, &n->type) == -1 ||
	    desk_request_fields(c, n->site, n->desk, n->type, &n->meta) == -1)
		return -1;
	for (struct json_iter it = json_iter(a->request_field_values); json_next(&it);) {
		if (add_value(c, n, it.key, it.value) == -1)
			return -1;
	}
	n->files = json_len(a->attachments);
	n->form = a->form_answers;
	return find_people(c, a, n) == -1 ? -1 : check_required(c, n);
}

/* What the answer of the creation does not tell. */
static int
read_back(struct call *c, const struct creation *n, const char *key, json **ret_participants, json **ret_attachments)
{
	struct rest_req q[2] = { { .path = NULL } };
	size_t count = 0;

	if (n->participants > 0)
		q[count++].path = rest_query(c, rest_path(c, n->site, "/rest/servicedeskapi/request/%s/participant", key),
		    "start", "0", "limit", "100", NULL);
	if (n->files > 0)
		q[count++].path = rest_query(c, rest_path(c, n->site, "/rest/servicedeskapi/request/%s/attachment", key),
		    "start", "0", "limit", "100", NULL);
	if (count > 0 && rest_all(c, n->site, q, count) == -1)
		return -1;
	*ret_participants = n->participants > 0 ? q[0].json : NULL;
	*ret_attachments = n->files > 0 ? q[count - 1].json : NULL;
	return 0;
}

/* What a dry run tells before the requests. */
static void
show_plan(struct call *c, const struct create_args *a, const struct creation *n)
{
	for (size_t i = 0; i < n->sent.count; i++) {
		json *given = n->sent.list[i].sent;

		for (struct json_iter it = json_iter(a->request_field_values); json_next(&it) && it.index <= i;)
			given = it.index == i ? it.value : given;
		out_pairf(c->out, n->sent.list[i].field->name, "(none) -> %s", field_text(c, n->site, given, NULL));
	}
	out_pair(c->out, "Reporter", a->raise_on_behalf_of);
	for (size_t i = 0; i < n->participants; i++)
		out_pair(c->out, "Participant", a->request_participants[i]);
}

static int
create_request(struct call *c, const void *v)
{
	const struct create_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct creation *n = arena_alloc(c->arena, sizeof(*n));
	struct rest_write w = { .method = "POST", .created_id = "issueKey", .what = "the creation of the request" };
	const char *key, *web;
	json *participants = NULL, *attachments = NULL;

	if (s == NULL)
		return -1;
	n->site = s;
	if (prepare(c, a, n) == -1)
		return -1;
	if (c->dry_run != NULL)
		show_plan(c, a, n);
	if (request_files(c, s, n->desk, a->attachments, &n->file, &n->files) == -1 ||
	    (w.body = creation_body(c, n)) == NULL)
		return -1;
	w.path = rest_path(c, s, "/rest/servicedeskapi/request");
	if (rest_write(c, s, &w) == -1)
		return -1;
	key = json_get_str(w.json, "issueKey");
	if (key == NULL)
		return call_fail(c, ERR_UNKNOWN_OUTCOME, "%s accepted the request but did not name its key.", s->label);
	c->target = key;
	web = json_path_str(w.json, "_links.web");
	out_say(c->out, "Created %s: %s", key, web != NULL && jira_is_own_link(s, web) ? web : jira_browse_url(c->arena, s, key));
	out_pair(c->out, "Status", json_path_str(w.json, "currentStatus.status"));
	out_pair(c->out, "Reporter", jira_user_name(json_get(w.json, "reporter")));
	if (read_back(c, n, key, &participants, &attachments) == -1) {
		err_context(&c->err, "%s was created, but reading it back failed", key);
		call_hint(c, "Do not create it again; read %s instead.", key);
		return -1;
	}
	return report_creation(c, n, w.json, participants, attachments, key);
}

TOOL(jira_create_customer_request,
	.title = "Create request", .doc = "Raise a customer request at a service desk.",
	.toolset = "jira_service_desk", .product = JIRA, .effect = WRITES, .not_default = true, .outside = true,
	.scopes = "write:servicedesk-request read:servicedesk-request", ARGS(struct create_args, create_params),
	.example = "{\"service_desk_id\":\"OPS\",\"request_type_id\":\"Get help\","
	    "\"request_field_values\":{\"Summary\":\"VPN is slow\"}}", .run = create_request,
);

/* ---- jira_add_request_comment ---- */

struct comment_args {
	const char *issue_key, *body;
	bool public;
	json *attachments;
};

static const struct param comment_params[] = {
	P_STR(struct comment_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key,request", .doc = NULL),
	P_STR(struct comment_args, body, P_REQUIRED, .aliases = "comment", .max_len = MAX_COMMENT, .doc = "Markdown"),
	P_BOOL(struct comment_args, public, 0, .doc = "Customers see it"),
	P_OBJS(struct comment_args, attachments, P_MORE, .doc = REQUEST_FILES_DOC),
	P_END
};

static const char *
comment_body(struct call *c, const char *wiki, bool public, const char *const *file, size_t files)
{
	struct body b;
	struct jw *w = body_begin(&b);

	if (files > 0) {
		jw_arr_in(w, "temporaryAttachmentIds");
		for (size_t i = 0; i < files; i++)
			jw_s(w, file[i]);
		jw_end(w);
		jw_obj_in(w, "additionalComment");
	}
	jw_str(w, "body", wiki);
	if (files > 0)
		jw_end(w);
	jw_bool(w, "public", public);
	return body_end(c, &b);
}

/* Files need their desk, so the request is read for it; else a fence alone asks for that. */
static int
comment_target(struct call *c, struct site *s, const struct comment_args *a, const char **ret_key, const char **ret_desk)
{
	json *request;

	*ret_desk = NULL;
	if (json_len(a->attachments) == 0)
		return desk_request_key(c, s, a->issue_key, ret_key);
	if (desk_request(c, s, a->issue_key, NULL, &request) == -1)
		return -1;
	*ret_key = json_get_str(request, "issueKey");
	*ret_desk = json_get_str(request, "serviceDeskId");
	return *ret_desk != NULL ? 0 : call_fail(c, ERR_PROTOCOL, "%s did not say the service desk of %s.", s->label, *ret_key);
}

/* What a dry run says before the requests. */
static void
announce_comment(struct call *c, const struct comment_args *a, const char *key)
{
	out_say(c->out, "To be added to %s:", key);
	out_pair(c->out, "Comment", target_short(c, a->body));
	out_pair(c->out, "Seen by", a->public ? "the customer and all agents" : "agents only");
	for (struct json_iter it = json_iter(a->attachments); json_next(&it);)
		out_pair(c->out, "Attachment", json_get_str(it.value, "name"));
}

static int
add_comment(struct call *c, const void *v)
{
	const struct comment_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "POST" };
	const char *key, *desk, *wiki, **file = NULL;
	size_t files = 0;
	json *comment;

	if (s == NULL || comment_target(c, s, a, &key, &desk) == -1 || (wiki = desk_wiki(c, s, a->body)) == NULL)
		return -1;
	if (desk != NULL && request_files(c, s, desk, a->attachments, &file, &files) == -1)
		return -1;
	w.path = files > 0 ? rest_path(c, s, "/rest/servicedeskapi/request/%s/attachment", key)
	    : rest_path(c, s, "/rest/servicedeskapi/request/%s/comment", key);
	if ((w.body = comment_body(c, wiki, a->public, file, files)) == NULL)
		return -1;
	w.target = key;
	w.created_id = files > 0 ? NULL : "id";
	w.what = arena_printf(c->arena, "the %s comment on %s", a->public ? "public" : "internal", key);
	if (c->dry_run != NULL)
		announce_comment(c, a, key);
	if (rest_write(c, s, &w) == -1)
		return -1;
	comment = files > 0 ? json_get(w.json, "comment") : w.json;
	if (json_get_str(comment, "id") == NULL)
		return call_fail(c, ERR_IGNORED, "%s took the %s for %s, but shows no comment.", s->label, files > 0 ? "files" : "text", key);
	if (json_get_bool(comment, "public", !a->public) != a->public) {
		call_fail(c, ERR_IGNORED, "Comment %s was added to %s, but it is %s.", json_get_str(comment, "id"), key,
		    a->public ? "internal: the customer does not see it" : "public: the customer sees it");
		call_hint(c, "Do not add it again: if that must not be, delete it with jira_delete_comment.");
		return -1;
	}
	out_say(c->out, "Added %s comment %s to %s.", a->public ? "public" : "internal", json_get_str(comment, "id"), key);
	for (struct json_iter it = json_iter(json_path(w.json, "attachments.values")); json_next(&it);)
		out_pair(c->out, "Attachment", json_get_str(it.value, "filename"));
	return 0;
}

TOOL(jira_add_request_comment,
	.title = "Comment on request", .doc = "Answer the customer, or leave an internal note.",
	.toolset = "jira_service_desk", .product = JIRA, .effect = WRITES, .not_default = true, .outside = true,
	.scopes = "write:servicedesk-request", ARGS(struct comment_args, comment_params),
	.example = "{\"issue_key\":\"OPS-3\",\"body\":\"Known problem, see OPS-1.\"}", .run = add_comment,
);
